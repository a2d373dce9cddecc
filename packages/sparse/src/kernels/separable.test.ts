import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packSparse } from '../pack/pack-sparse.js';
import { denseProduct } from '../testing/dense-product.js';
import { maskedValues, randomMask, randomNumbers } from '../testing/random-weights.js';
import { createOwnMemory } from './own-memory.js';
import type { Edges, PlacedSeparable } from './placed-separable.js';
import { createSparseKernels } from './wasm-kernels.js';

const owner = createOwnMemory();
const kernels = createSparseKernels(owner)!;

interface Convolution {
  readonly images: number;
  readonly inputs: number;
  readonly size: Edges;
  readonly window: Edges;
  readonly places: Edges;
  readonly strides: Edges;
  readonly dilations: Edges;
  readonly before: Edges;
}

/** A depthwise convolution by its definition, in float32: `[images, places, inputs]`. */
function depthwise(given: Convolution, x: Float32Array, filter: Float32Array): Float32Array {
  const { images, inputs, size, window, places, strides, dilations, before } = given;
  const out = new Float32Array(images * places[0] * places[1] * inputs);
  for (const [i] of out.entries()) {
    const channel = i % inputs;
    const place = Math.floor(i / inputs);
    const column = place % places[1];
    const row = Math.floor(place / places[1]) % places[0];
    const image = Math.floor(place / places[1] / places[0]);
    for (let a = 0; a < window[0]; a += 1) {
      for (let b = 0; b < window[1]; b += 1) {
        const y = row * strides[0] + a * dilations[0] - before[0];
        const z = column * strides[1] + b * dilations[1] - before[1];
        if (y < 0 || z < 0 || y >= size[0] || z >= size[1]) continue;
        const pixel = x[((image * size[0] + y) * size[1] + z) * inputs + channel]!;
        out[i] = Math.fround(out[i]! + Math.fround(pixel * filter[(a * window[1] + b) * inputs + channel]!));
      }
    }
  }
  return out;
}

/** Puts arrays into the memory, and gives back what `use` makes of where they are. */
function placed<T>(arrays: readonly Float32Array[], use: (...at: number[]) => T): T {
  const at = arrays.map(({ byteLength }) => owner.allocate(byteLength + 16));
  for (const [i, array] of arrays.entries()) {
    new Float32Array(owner.memory.buffer, at[i]!, array.length).set(array);
  }
  try {
    return use(...at);
  } finally {
    for (const pointer of at) owner.release(pointer);
  }
}

const edges = (least: number, most: number) =>
  fc.tuple(fc.integer({ min: least, max: most }), fc.integer({ min: least, max: most }));

describe('a separable convolution', () => {
  const cases = fc.record({
    images: fc.integer({ min: 1, max: 2 }),
    inputs: fc.constantFrom(4, 8, 12),
    size: edges(1, 8),
    window: edges(1, 4),
    places: edges(1, 7),
    strides: edges(1, 3),
    dilations: edges(1, 2),
    before: edges(0, 3),
    outputs: fc.integer({ min: 1, max: 20 }),
    block: fc.constantFrom(1, 4, 16, 'dense'),
    biased: fc.boolean(),
    seed: fc.nat(1000),
  });

  it('has the bits of both of its parts one after the other, however its window goes', () => {
    fc.assert(
      fc.property(cases, ({ outputs, block, biased, seed, ...given }) => {
        const { images, inputs, size, window, places } = given;
        const x = randomNumbers(images * size[0] * size[1] * inputs, seed);
        const filter = randomNumbers(window[0] * window[1] * inputs, seed + 1);
        const values = randomNumbers(outputs * inputs, seed + 2);
        const weights = maskedValues(values, randomMask(values.length, 0.7, seed + 3));
        const bias = randomNumbers(outputs, seed + 4);
        const pixels = images * places[0] * places[1];
        const options =
          block === 'dense' ? { kernel: 'dense' as const } : { block: block as 1, kernel: 'sparse' as const };
        const packed = kernels.place(packSparse(weights, [outputs, inputs], options))!;
        const between = depthwise(given, x, filter);
        placed([x, filter, bias, new Float32Array(pixels * outputs)], (...at) => {
          const [inputsAt, filterAt, biasAt, out] = at as [number, number, number, number];
          const { inputs: _, ...rest } = given;
          const where = { inputs: inputsAt, filter: filterAt, out, ...rest };
          expect(packed.convolve(biased ? { ...where, bias: biasAt } : where)).toBe(true);
          expect(new Float32Array(owner.memory.buffer, out, pixels * outputs)).toEqual(
            denseProduct(weights, outputs, between, pixels, biased ? bias : undefined),
          );
        });
        packed.release();
      }),
      { numRuns: 200, seed: 3 },
    );
  });

  const [outputs, inputs] = [5, 4];
  const weights = packSparse(randomNumbers(outputs * inputs, 1), [outputs, inputs], { kernel: 'sparse' });
  const small = { size: [3, 3], window: [3, 3], places: [3, 3], before: [1, 1] } as const;

  it.each([
    ['an input that is not', [Number.NaN, 1]],
    ['a pixel between that is not', [3e38, 3e38]],
  ])('tells of %s finite', (_, [input, tap]) => {
    const packed = kernels.place(weights)!;
    const x = new Float32Array(9 * inputs).fill(1);
    x[17] = input!;
    const filter = new Float32Array(9 * inputs).fill(tap!);
    placed([x, filter, new Float32Array(9 * outputs)], (...at) => {
      const [inputsAt, filterAt, out] = at as [number, number, number];
      expect(packed.convolve({ inputs: inputsAt, filter: filterAt, out, ...small })).toBe(false);
    });
    packed.release();
  });

  it('clamps what comes out', () => {
    const packed = kernels.place(weights)!;
    const [x, filter] = [randomNumbers(9 * inputs, 2), randomNumbers(9 * inputs, 3)];
    placed([x, filter, new Float32Array(9 * outputs)], (...at) => {
      const [inputsAt, filterAt, out] = at as [number, number, number];
      const where = { inputs: inputsAt, filter: filterAt, out, ...small };
      const read = () => new Float32Array(owner.memory.buffer, out, 9 * outputs).slice();
      packed.convolve(where);
      const plain = read();
      packed.convolve({ ...where, activation: 'relu' });
      expect(plain.some((value) => value < 0)).toBe(true);
      expect(read()).toEqual(plain.map((value) => Math.max(value, 0)));
    });
    packed.release();
  });

  it('refuses what is outside of the memory, windows without an edge and inputs that are not in fours', () => {
    const packed = kernels.place(weights)!;
    const where: PlacedSeparable = { inputs: 16, filter: 16, out: 1024, ...small };
    const { byteLength } = owner.memory.buffer;
    expect(() => packed.convolve({ ...where, inputs: byteLength })).toThrow(/of 36 float32 inside/);
    expect(() => packed.convolve({ ...where, filter: 2 })).toThrow(/multiple of 4/);
    expect(() => packed.convolve({ ...where, window: [0, 3] })).toThrow(/window\[0\]/);
    expect(() => packed.convolve({ ...where, stride: 2 } as object as PlacedSeparable)).toThrow(/stride/);
    packed.release();
    expect(() => packed.convolve(where)).toThrow('were released');
    const odd = kernels.place(packSparse(randomNumbers(6, 1), [2, 3], { kernel: 'sparse' }))!;
    expect(() => odd.convolve(where)).toThrow('needs inputs in fours, got weights of 3');
    odd.release();
  });
});
