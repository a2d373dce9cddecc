import { describe, expect, it } from 'vitest';
import { packSparse } from '../pack/pack-sparse.js';
import { packRecurrent } from '../recurrent/recurrent-weights.js';
import { denseProduct } from '../testing/dense-product.js';
import { maskedValues, randomMask, randomNumbers } from '../testing/random-weights.js';
import { createSparseKernels } from './wasm-kernels.js';

/** A memory that grows at every request, and what of it is still taken. */
function createForeign() {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const taken = new Set<number>();
  const allocate = (bytes: number): number => {
    const pointer = memory.grow(Math.ceil(bytes / 65_536)) * 65_536 + 4;
    taken.add(pointer);
    return pointer;
  };
  return {
    memory,
    taken,
    options: { memory, allocate, release: (pointer: number) => taken.delete(pointer) },
  };
}

const [outputs, length] = [37, 50];
const weights = maskedValues(randomNumbers(outputs * length, 1), randomMask(outputs * length, 0.8, 2));
const packed = packSparse(weights, [outputs, length]);

describe('kernels on the memory of another module', () => {
  it.each([1, 2, 4, 8, 33])(
    'multiply %i samples where they lie, while the memory grows under them',
    (batch) => {
      const { memory, taken, options } = createForeign();
      const kernels = createSparseKernels(options)!;
      const inputs = randomNumbers(batch * length, 3);
      const bias = randomNumbers(outputs, 4);
      const [inputsAt, biasAt, outAt] = [16, 12_000, 16_004];
      new Float32Array(memory.buffer, inputsAt, inputs.length).set(inputs);
      new Float32Array(memory.buffer, biasAt, outputs).set(bias);
      const placed = kernels.place(packed)!;
      placed.multiply({ inputs: inputsAt, out: outAt, batch, bias: biasAt });
      expect(new Float32Array(memory.buffer, outAt, batch * outputs)).toEqual(
        denseProduct(weights, outputs, inputs, batch, bias),
      );
      expect(taken.size).toBeGreaterThan(0);
      kernels.release();
      expect(taken.size).toBe(0);
      expect(() => placed.multiply({ inputs: inputsAt, out: outAt })).toThrow('were released');
    },
  );

  it('refuse offsets that are outside of it', () => {
    const { options, memory } = createForeign();
    const kernels = createSparseKernels(options)!;
    const placed = kernels.place(packed)!;
    const { byteLength } = memory.buffer;
    expect(() => placed.multiply({ inputs: byteLength - 196, out: 0 })).toThrow(/of 50 float32 inside/);
    expect(() => placed.multiply({ inputs: 2, out: 0 })).toThrow(/multiple of 4/);
    expect(() => placed.multiply({ inputs: 0, out: -4 })).toThrow(/at least 0/);
    expect(() => kernels.activate('tanh', byteLength - 8, 3)).toThrow(/of 3 float32 inside/);
    expect(() => kernels.activate('mish' as 'tanh', 0, 3)).toThrow(/softplus/);
  });

  it('refuse to write over what is read', () => {
    const { options } = createForeign();
    const kernels = createSparseKernels(options)!;
    const placed = kernels.place(packed)!;
    // 2 samples of 50 inputs take 400 bytes, their outputs 296.
    for (const out of [16, 12, 412]) {
      expect(() => placed.multiply({ inputs: 16, out, batch: 2 })).toThrow(/out in other memory than inputs/);
    }
    expect(() => placed.multiply({ inputs: 1024, out: 16, batch: 2, bias: 308 })).toThrow(/than bias/);
    placed.multiply({ inputs: 16, out: 416, batch: 2, bias: 712 });
    const floats = (count: number) => new Float32Array(count);
    const layer = kernels.placeRecurrent(
      packRecurrent({ cell: 'lstm', inputs: 2, units: 1, kernel: floats(8), recurrentKernel: floats(4) }),
    )!;
    const right = { inputs: 16, steps: 3, out: 64, state: 80, cell: 96, mask: 112 };
    layer.run(right);
    for (const [name, at] of [
      ['out', 36],
      ['out', 80],
      ['out', 96],
      ['out', 120],
      ['state', 96],
      ['state', 16],
      ['cell', 116],
    ] as const) {
      expect(() => layer.run({ ...right, [name]: at })).toThrow(`needs ${name} in other memory than`);
    }
    kernels.release();
  });

  it('say where there is no room', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
    const kernels = createSparseKernels({ memory, allocate: () => 0, release: () => {} })!;
    expect(kernels.place(packed)).toBeUndefined();
    // Products of arrays are then made by the plain loops.
    const [inputs, out] = [randomNumbers(length, 3), new Float32Array(outputs)];
    kernels.multiply({ weights: packed, inputs, batch: 1, bias: undefined, activation: 'linear', out });
    expect(out).toEqual(denseProduct(weights, outputs, inputs, 1));
  });

  it('need the allocator of the memory, and one that is not shared', () => {
    const memory = new WebAssembly.Memory({ initial: 1 });
    expect(() => createSparseKernels({ memory })).toThrow(/needs allocate and release/);
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    const allocator = { allocate: () => 0, release: () => {} };
    expect(() => createSparseKernels({ memory: shared, ...allocator })).toThrow(/not shared/);
  });
});
