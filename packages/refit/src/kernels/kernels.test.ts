import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMoments } from '../moments/create-moments.js';
import { refitRows } from '../solve/refit-rows.js';
import { pack } from '../testing/pack.js';
import { randomNumbers, randomSamples } from '../testing/random-numbers.js';
import type { RefitKernels } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { wasmKernelsFrom } from './wasm-kernels.js';

const wasm = wasmKernelsFrom(0)!;

/** The largest difference, as a share of the largest magnitude. */
function apart(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, largest] = [0, 0];
  for (let i = 0; i < expected.length; i += 1) {
    difference = Math.max(difference, Math.abs(got[i]! - expected[i]!));
    largest = Math.max(largest, Math.abs(expected[i]!));
  }
  return difference / largest;
}

function largestOf(numbers: Float32Array): number {
  return numbers.reduce((most, number) => Math.max(most, Math.abs(number)), 0);
}

describe('the loops in WASM SIMD', () => {
  it('sum products as the plain loops do, up to a millionth, at every size', () => {
    const sizes = fc.record({
      left: fc.integer({ min: 1, max: 40 }),
      right: fc.option(fc.integer({ min: 1, max: 40 }), { nil: undefined }),
      spare: fc.integer({ min: 0, max: 1 }),
      batches: fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 3 }),
    });
    fc.assert(
      fc.property(sizes, ({ left, right, spare, batches }) => {
        const all = [wasm, scriptKernels].map((kernels) => {
          const products = kernels.createProducts(left, right, spare);
          for (const [seed, count] of batches.entries()) {
            const first = randomNumbers(count * left, seed);
            const second = right === undefined ? undefined : randomNumbers(count * right, seed + 50);
            products.add(count, [1, 1], first, second);
          }
          return products.finish();
        });
        expect(all[0]!.length).toBe(all[1]!.length);
        expect(apart(all[0]!, all[1]!)).toBeLessThan(1e-6);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it.each([1e25, 1e-25])(
    'sum products of numbers as large as %f, which leave the range of float32',
    (size) => {
      const numbers = randomNumbers(64 * 5, 1).map((x) => x * size);
      const all = [wasm, scriptKernels].map((kernels) => {
        const products = kernels.createProducts(5, undefined, 0);
        products.add(64, [largestOf(numbers), largestOf(numbers)], numbers);
        return products.finish();
      });
      expect(apart(all[0]!, all[1]!)).toBeLessThan(1e-6);
    },
  );

  it('sum columns and squares to the very bits of the plain loops', () => {
    for (const columns of [1, 3, 4, 7, 130]) {
      const numbers = randomNumbers(columns * 999, columns);
      const all = [wasm, scriptKernels].map((kernels) => {
        const [sums, squares] = [new Float64Array(columns), new Float64Array(columns)];
        kernels.addColumns(numbers, sums, squares);
        return { sums, squares };
      });
      expect(all[0]).toEqual(all[1]);
    }
  });

  it('multiply as the plain loops do, in float64, at every size', () => {
    const sizes = fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 1, max: 30 })));
    fc.assert(
      fc.property(sizes, fc.constantFrom(0, 256, 512), ([rows, inner, columns], more) => {
        const depth = inner! + more;
        const left = Float64Array.from(randomNumbers(rows! * depth, 1));
        const right = Float64Array.from(randomNumbers(depth * columns!, 2));
        const [got, expected] = [wasm, scriptKernels].map((kernels) =>
          kernels.multiply(rows!, depth, columns!, left, right),
        );
        expect(apart(got!, expected!)).toBeLessThan(1e-13);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('solve as the plain loops do, of any rows and columns of a matrix', () => {
    const systems = fc.record({
      size: fc.integer({ min: 1, max: 180 }),
      count: fc.integer({ min: 1, max: 3 }),
      damping: fc.constantFrom(1e-9, 1e-3, 1),
      seed: fc.nat(1000),
    });
    fc.assert(
      fc.property(systems, ({ size, count, damping, seed }) => {
        const samples = randomSamples(2 * size, size, seed);
        const products = scriptKernels.createProducts(size, undefined, 0);
        products.add(2 * size, [1, 1], samples);
        const gram = products.finish();
        const added = new Float64Array(size).fill(damping * gram[0]!);
        const flags = randomNumbers(size, seed + 1);
        const kept = Int32Array.from([...flags.keys()].filter((j) => j === 0 || flags[j]! > -0.2));
        const sides = Float64Array.from(randomNumbers(kept.length * count, seed + 2));
        const [got, expected] = [sides.slice(), sides.slice()];
        expect(wasm.createSolver(gram, size, added).solve(kept, got, count)).toBe(true);
        expect(scriptKernels.createSolver(gram, size, added).solve(kept, expected, count)).toBe(true);
        expect(apart(got, expected)).toBeLessThan(1e-4);
      }),
      { numRuns: 40, seed: 5 },
    );
  });

  it('solve what float32 cannot factor, and say where nothing can', () => {
    // Two columns that differ by a hundred-thousandth.
    const gram = Float64Array.of(1, 1 - 1e-10, 1 - 1e-10, 1);
    const [kept, sides] = [Int32Array.of(0, 1), Float64Array.of(1, 1 + 1e-6)];
    expect(wasm.createSolver(gram, 2, new Float64Array(2)).solve(kept, sides, 1)).toBe(true);
    expect(sides[1]! - sides[0]!).toBeCloseTo(1e4, 0);
    const singular = Float64Array.of(1, 1, 1, 1);
    for (const kernels of [wasm, scriptKernels]) {
      expect(kernels.createSolver(singular, 2, new Float64Array(2)).solve(kept, sides, 1)).toBe(false);
    }
  });

  it('refit as well as float64 throughout: what is missed differs by less than a hundred-thousandth of itself', async () => {
    const [samples, features, rows] = [1500, 96, 12];
    const pruned = randomSamples(samples, features, 1).map((x) => Math.max(0, x));
    const dense = randomNumbers(rows * features, 3);
    const mask = pack(Array.from({ length: rows * features }, (_, i) => (i * 7919) % 97 > 48));
    const missed = async (kernels: RefitKernels) => {
      const builder = createMoments({ features, constant: true, kernels });
      builder.add(pruned);
      const moments = builder.finish();
      const refit = await refitRows({ weights: dense, dense, rows, moments, mask, kernels });
      // On the samples themselves, in float64.
      let sum = 0;
      for (let s = 0; s < samples; s += 1) {
        for (let row = 0; row < rows; row += 1) {
          let difference = refit.constants![row]!;
          for (let j = 0; j < features; j += 1) {
            const change = refit.weights[row * features + j]! - dense[row * features + j]!;
            difference += change * pruned[s * features + j]!;
          }
          sum += difference ** 2;
        }
      }
      return { sum, told: refit.error.after };
    };
    const [got, expected] = [await missed(wasm), await missed(scriptKernels)];
    expect(Math.abs(got.sum / expected.sum - 1)).toBeLessThan(1e-5);
    expect(Math.abs(got.told / expected.told - 1)).toBeLessThan(1e-4);
  });
});
