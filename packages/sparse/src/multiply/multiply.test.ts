import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptKernels } from '../kernels/script-kernels.js';
import { createSparseKernels } from '../kernels/wasm-kernels.js';
import { type PackOptions, packSparse } from '../pack/pack-sparse.js';
import type { SparseWeights } from '../pack/sparse-weights.js';
import { denseProduct, exactProduct } from '../testing/dense-product.js';
import { maskedValues, randomMask, randomNumbers } from '../testing/random-weights.js';
import { multiply } from './multiply.js';

const both = [createSparseKernels()!, scriptKernels];

const kinds = fc.constantFrom<PackOptions>(
  { block: 1, kernel: 'sparse' },
  { block: 4, kernel: 'sparse' },
  { block: 16, kernel: 'sparse' },
  { kernel: 'dense' },
  {},
);

const layers = fc.record({
  outputs: fc.integer({ min: 1, max: 70 }),
  length: fc.integer({ min: 1, max: 90 }),
  batch: fc.constantFrom(1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 31, 32, 33, 36, 47, 64),
  sparsity: fc.constantFrom(0, 0.3, 0.8, 0.9, 0.97, 1),
  biased: fc.boolean(),
  kernel: kinds,
  seed: fc.nat(1000),
});

describe('a sparse product', () => {
  it('has the bits of a plain dense loop, in WASM and in script, at every size, sparsity, block and batch', () => {
    fc.assert(
      fc.property(layers, ({ outputs, length, batch, sparsity, biased, kernel, seed }) => {
        const mask = randomMask(outputs * length, sparsity, seed + 1);
        const values = randomNumbers(outputs * length, seed);
        const inputs = randomNumbers(batch * length, seed + 2);
        const bias = biased ? randomNumbers(outputs, seed + 3) : undefined;
        const expected = denseProduct(maskedValues(values, mask), outputs, inputs, batch, bias);
        const packed = packSparse(values, [outputs, length], { mask, ...kernel });
        for (const kernels of both) {
          expect(multiply(packed, inputs, { kernels, ...(bias && { bias }) })).toEqual(expected);
        }
      }),
      { numRuns: 300, seed: 5 },
    );
  });

  it('is within the rounding of float32 sums of a product in float64', () => {
    fc.assert(
      fc.property(layers, ({ outputs, length, batch, sparsity, seed }) => {
        const mask = randomMask(outputs * length, sparsity, seed + 1);
        const weights = maskedValues(randomNumbers(outputs * length, seed), mask);
        const inputs = randomNumbers(batch * length, seed + 2);
        const { product, magnitudes } = exactProduct(weights, outputs, inputs, batch);
        const got = multiply(packSparse(weights, [outputs, length]), inputs);
        for (const [i, sum] of got.entries()) {
          expect(Math.abs(sum - product[i]!)).toBeLessThanOrEqual(length * 2 ** -23 * magnitudes[i]!);
        }
      }),
      { numRuns: 40, seed: 6 },
    );
  });

  it.each([1, 3, 4, 8, 40])('gives with infinities and NaN what all weights give, of %i samples', (batch) => {
    const [outputs, length] = [13, 21];
    const odd = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 3e38];
    const numbers = fc.record({
      sparsity: fc.constantFrom(0, 0.5, 0.9, 1),
      kernel: kinds,
      seed: fc.nat(1000),
      inputs: fc.array(fc.tuple(fc.nat(batch * length - 1), fc.constantFrom(...odd)), { maxLength: 3 }),
      weights: fc.array(fc.tuple(fc.nat(outputs * length - 1), fc.constantFrom(...odd)), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(numbers, ({ sparsity, kernel, seed, inputs: inInputs, weights: inWeights }) => {
        const mask = randomMask(outputs * length, sparsity, seed + 1);
        const values = randomNumbers(outputs * length, seed);
        const inputs = randomNumbers(batch * length, seed + 2);
        for (const [at, number] of inInputs) inputs[at] = number;
        for (const [at, number] of inWeights) values[at] = number;
        const expected = denseProduct(maskedValues(values, mask), outputs, inputs, batch);
        const packed = packSparse(values, [outputs, length], { mask, ...kernel });
        for (const kernels of both) expect(multiply(packed, inputs, { kernels })).toEqual(expected);
      }),
      { numRuns: 100, seed: 7 },
    );
  });

  it('clamps to what an activation leaves, and leaves NaN', () => {
    const packed = packSparse(Float32Array.of(1, 1, 1, 1), [4, 1]);
    const inputs = Float32Array.of(-2, 3, 9, Number.NaN);
    for (const kernels of both) {
      const bias = new Float32Array(4);
      const rows = [0, 1, 2, 3].map((sample) => inputs.subarray(sample, sample + 1));
      const relu = rows.map((x) => multiply(packed, x, { kernels, bias, activation: 'relu' })[0]);
      const relu6 = rows.map((x) => multiply(packed, x, { kernels, activation: 'relu6' })[0]);
      expect(relu).toEqual([0, 3, 9, Number.NaN]);
      expect(relu6).toEqual([0, 3, 6, Number.NaN]);
    }
  });

  it('takes values that lie as kernels of TensorFlow.js do', () => {
    const values = randomNumbers(7 * 5, 1).map((value) => (value > 0.3 ? value : 0));
    const turned = Float32Array.from({ length: 35 }, (_, i) => values[(i % 5) * 7 + Math.floor(i / 5)]!);
    const inputs = randomNumbers(3 * 7, 2);
    expect(multiply(packSparse(turned, [7, 5], { transposed: true }), inputs)).toEqual(
      multiply(packSparse(values, [5, 7]), inputs),
    );
  });

  it('reaches columns beyond 65,536', () => {
    const length = 70_000;
    const weights = new Float32Array(2 * length);
    weights[65_535] = 2;
    weights[65_536] = 3;
    weights[2 * length - 1] = 5;
    for (const batch of [1, 3]) {
      const inputs = new Float32Array(batch * length).map((_, i) => i % length);
      const expected = denseProduct(weights, 2, inputs, batch);
      for (const kernels of both) {
        expect(multiply(packSparse(weights, [2, length], { block: 1 }), inputs, { kernels })).toEqual(
          expected,
        );
      }
    }
  });

  it('is the bias where nothing is kept, and nothing of no samples', () => {
    const packed = packSparse(new Float32Array(6), [2, 3]);
    for (const kernels of both) {
      const options = { kernels, bias: Float32Array.of(1, -1) };
      expect(multiply(packed, new Float32Array(6), options)).toEqual(Float32Array.of(1, -1, 1, -1));
      expect(multiply(packed, new Float32Array(0), { kernels })).toEqual(new Float32Array(0));
    }
  });

  it.each([1, 3, 4, 5, 9])('takes 0 for what a mask drops inside of a block, of %i samples', (batch) => {
    const [outputs, length] = [35, 18];
    const tall = randomMask(3 * length, 0.5, 1);
    // Whole blocks of 16 rows, of which one weight each is dropped.
    const mask = new Uint8Array(Math.ceil((outputs * length) / 8));
    for (let i = 0; i < outputs * length; i += 1) {
      const [row, column] = [Math.floor(i / length), i % length];
      const at = Math.floor(row / 16) * length + column;
      if ((tall[at >> 3]! >> (at & 7)) & 1 && row % 16 !== column % 16) mask[i >> 3]! |= 1 << (i & 7);
    }
    const values = randomNumbers(outputs * length, 2);
    const inputs = randomNumbers(batch * length, 3);
    const expected = denseProduct(maskedValues(values, mask), outputs, inputs, batch);
    for (const block of [4, 16] as const) {
      const packed = packSparse(values, [outputs, length], { mask, block, kernel: 'sparse' });
      for (const kernels of both) expect(multiply(packed, inputs, { kernels })).toEqual(expected);
    }
  });

  it('refuses to write over what it reads', () => {
    const packed = packSparse(Float32Array.of(1, 0, 0, 2), [2, 2]);
    const all = Float32Array.of(1, 2, 3, 4, 5);
    const [inputs, next] = [all.subarray(0, 2), all.subarray(1, 3)];
    expect(() => multiply(packed, inputs, { out: inputs })).toThrow(
      new RangeError('multiply needs out in other memory than inputs, got parts that overlap'),
    );
    expect(() => multiply(packed, inputs, { out: next })).toThrow(/other memory than inputs/);
    const bias = all.subarray(3, 5);
    expect(() => multiply(packed, inputs, { bias, out: all.subarray(2, 4) })).toThrow(/than bias/);
    expect(multiply(packed, inputs, { out: all.subarray(2, 4) })).toEqual(Float32Array.of(1, 4));
  });

  it.each([null, undefined, {}, new Float32Array(4), [1, 2]])(
    'refuses weights that are not packed: %o',
    (weights) => {
      expect(() => multiply(weights as unknown as SparseWeights, new Float32Array(2))).toThrow(
        /multiply needs weights from packSparse, got /,
      );
    },
  );

  it('refuses lengths that do not fit, and options it does not know', () => {
    const packed = packSparse(new Float32Array(6), [2, 3]);
    expect(() => multiply(packed, new Float32Array(4))).toThrow(
      new RangeError('multiply needs inputs of 3 numbers a sample, got 4'),
    );
    expect(() => multiply(packed, new Float32Array(3), { out: new Float32Array(3) })).toThrow(
      new RangeError('multiply needs out of 2 numbers, got 3'),
    );
    expect(() => multiply(packed, new Float32Array(3), { baias: 1 } as object)).toThrow(
      /did you mean "bias"/,
    );
  });
});

describe('packSparse', () => {
  it('says which kernel it chose: blocks where zeros fill them, all weights where few are zero', () => {
    const [outputs, length] = [64, 64];
    const blocks = Float32Array.from({ length: outputs * length }, (_, i) => {
      const [row, column] = [Math.floor(i / length), i % length];
      return ((row >> 4) * 7 + column) % 10 === 0 ? 1 : 0;
    });
    const fours = blocks.map((value, i) => (Math.floor(i / length) % 16 < 4 ? value : 0));
    const ones = blocks.map((value, i) => (Math.floor(i / length) % 16 === 0 ? value : 0));
    const chosen = [blocks, fours, ones].map((values) => packSparse(values, [outputs, length]));
    expect(chosen.map(({ kernel, block }) => [kernel, block])).toEqual([
      ['blocks', 16],
      ['blocks', 4],
      ['csr', 1],
    ]);
    const half = randomNumbers(outputs * length, 1).map((value) => Math.max(0, value));
    expect(packSparse(half, [outputs, length]).kernel).toBe('dense');
    expect(packSparse(half, [outputs, length], { batch: 8 }).kernel).toBe('csr');
    expect(packSparse(half, [outputs, length], { kernel: 'sparse' }).kernel).not.toBe('dense');
  });

  it('keeps a weight of 0 that the mask keeps, and drops one that it does not', () => {
    const packed = packSparse(Float32Array.of(0, 5, 0, 7), [2, 2], { mask: Uint8Array.of(0b1001) });
    expect(packed.kept).toBe(2);
    expect(packed.sparsity).toBe(0.5);
    // 0 · ∞ of the kept 0 and of the dropped 5 alike.
    expect(multiply(packed, Float32Array.of(1, 2))).toEqual(Float32Array.of(0, 14));
  });

  it('is a plain value', () => {
    const packed = packSparse(Float32Array.of(0, 2, 0, -1), [2, 2]);
    expect(multiply(structuredClone(packed), Float32Array.of(1, 2))).toEqual(Float32Array.of(4, -2));
  });

  it.each<[string, unknown, PackOptions, string]>([
    ['values of another length', [2, 2], {}, 'needs 4 values for the shape [2, 2], got 6'],
    ['a shape of three', [1, 2, 3], {}, 'needs a shape of two lengths'],
    ['a mask of another length', [2, 3], { mask: new Uint8Array(2) }, 'needs mask of 1 bytes for 6 weights'],
    ['a block of 3', [2, 3], { block: 3 as 4 }, 'needs block to be 1, 4 or 16 outputs, got 3'],
  ])('refuses %s', (_, shape, options, message) => {
    expect(() => packSparse(new Float32Array(6), shape as [number, number], options)).toThrow(message);
  });
});
