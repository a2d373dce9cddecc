import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scriptKernels } from '../kernels/script-kernels.js';
import { wasmKernelsFrom } from '../kernels/wasm-kernels.js';
import { createMoments } from '../moments/create-moments.js';
import { leastSquares } from '../testing/least-squares.js';
import { unpack } from '../testing/pack.js';
import { randomNumbers, randomSamples } from '../testing/random-numbers.js';
import { chooseMask } from './choose-mask.js';

const [samples, features] = [40, 7];

function momentsOf(numbers: Float32Array, constant = false) {
  const builder = createMoments({ features, constant });
  builder.add(numbers);
  return builder.finish();
}

/** What the layer's outputs miss of the whole row's, once the kept weights are fitted anew. */
function missedAfterFit(inputs: Float32Array, weights: Float32Array, kept: readonly number[], held: number) {
  const a: number[][] = [];
  const y: number[] = [];
  for (let s = 0; s < samples; s += 1) {
    const x = [...inputs.subarray(s * features, (s + 1) * features)];
    a.push(kept.map((j) => x[j]!));
    y.push(x.reduce((sum, value, j) => sum + value * weights[j]!, 0));
  }
  // Damping holds all weights to what they were, the dropped ones too.
  for (let j = 0; j < features; j += 1) {
    a.push(kept.map((i) => (i === j ? held : 0)));
    y.push(held * weights[j]!);
  }
  const x = kept.length === 0 ? [] : leastSquares(a, y);
  return y.reduce((sum, value, s) => sum + (a[s]!.reduce((t, v, i) => t + v * x[i]!, 0) - value) ** 2, 0);
}

function heldIn(inputs: Float32Array): number {
  return Math.sqrt((0.01 * inputs.reduce((sum, x) => sum + x * x, 0)) / features);
}

/** What a row's outputs miss where the others stay as they are. */
function missedAsIs(inputs: Float32Array, weights: Float32Array, flags: readonly number[]): number {
  let sum = 0;
  for (let s = 0; s < samples; s += 1) {
    let missed = 0;
    for (let j = 0; j < features; j += 1) {
      if (flags[j] === 0) missed += weights[j]! * inputs[s * features + j]!;
    }
    sum += missed ** 2;
  }
  return sum;
}

describe('masks by OBC', () => {
  it('drop one after the other what costs least once the rest is fitted anew, by trying all', async () => {
    const problem = fc.record({ seed: fc.nat(1e6), steps: fc.integer({ min: 1, max: 6 }) });
    await fc.assert(
      fc.asyncProperty(problem, async ({ seed, steps }) => {
        const inputs = randomSamples(samples, features, seed);
        const weights = randomNumbers(features, seed + 1);
        let kept = [...Array(features).keys()];
        for (let step = 0; step < steps; step += 1) {
          const costs = kept.map((gone) =>
            missedAfterFit(
              inputs,
              weights,
              kept.filter((j) => j !== gone),
              heldIn(inputs),
            ),
          );
          const gone = kept[costs.indexOf(Math.min(...costs))];
          kept = kept.filter((j) => j !== gone);
        }
        const moments = momentsOf(inputs);
        const mask = await chooseMask({
          weights,
          rows: 1,
          moments,
          sparsity: (steps + 0.5) / features,
          method: 'obc',
        });
        expect(unpack(mask, features).flatMap((flag, j) => (flag === 1 ? [j] : []))).toEqual(kept);
      }),
      { numRuns: 40, seed: 2 },
    );
  });

  it('remove to the same bits in WASM SIMD as in the plain loops, groups included', () => {
    const sizes = fc.record({
      size: fc.integer({ min: 1, max: 40 }),
      seed: fc.nat(1e6),
      groups: fc.option(fc.constantFrom({ keep: 2, of: 4 }, { keep: 1, of: 3 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(sizes, ({ size, seed, groups }) => {
        const products = scriptKernels.createProducts(size, undefined, 0);
        products.add(2 * size, [1, 1], randomSamples(2 * size, size, seed));
        const inverse = new Float64Array(size * size);
        for (let j = 0; j < size; j += 1) inverse[j * (size + 1)] = 1;
        const all = Int32Array.from({ length: size }, (_, j) => j);
        scriptKernels
          .createSolver(products.finish(), size, new Float64Array(size).fill(0.01))
          .solve(all, inverse, size);
        const weights = Float64Array.from(randomNumbers(size, seed + 1).map((w) => Math.round(8 * w) / 8));
        const [got, expected] = [wasmKernelsFrom(0)!, scriptKernels].map((kernels) =>
          kernels.createRemover(inverse, size).remove(weights, size, groups),
        );
        expect(got).toEqual(expected);
      }),
      { seed: 4 },
    );
  });

  it('take from the weight as a whole what is cheapest of any row, and exactly so many', async () => {
    const inputs = randomSamples(samples, features, 5);
    const weights = randomNumbers(3 * features, 6).map((w, i) => (i < features ? w / 100 : w));
    const options = { weights, rows: 3, moments: momentsOf(inputs), method: 'obc' } as const;
    const flags = unpack(await chooseMask({ ...options, sparsity: 1 / 3, scope: 'weight' }), 3 * features);
    expect(flags).toEqual([...Array(features).fill(0), ...Array(2 * features).fill(1)]);
    for (const [sparsity, gone] of [
      [0.5, 10],
      [0.77, 16],
      [1, 21],
    ] as const) {
      for (const scope of ['row', 'weight'] as const) {
        const mask = unpack(await chooseMask({ ...options, sparsity, scope }), 3 * features);
        expect(mask.filter((flag) => flag === 0).length).toBe(gone);
      }
    }
  });

  it('keep N of M where asked to, and refuse what cannot be had', async () => {
    const inputs = randomSamples(samples, features, 5);
    const options = { weights: randomNumbers(2 * features, 6), rows: 2, moments: momentsOf(inputs, true) };
    const pattern = { kind: 'n:m', keep: 1, of: 2, axis: 1 } as const;
    const mask = unpack(
      await chooseMask({ ...options, sparsity: 0.5, method: 'obc', pattern, swaps: 5 }),
      2 * features,
    );
    for (const row of [mask.slice(0, features), mask.slice(features)]) {
      expect([0, 2, 4].map((j) => row[j]! + row[j + 1]!)).toEqual([1, 1, 1]);
      expect(row[6]).toBe(1);
    }
    const asked = { ...options, sparsity: 0.6, method: 'obc' } as const;
    await expect(chooseMask({ ...asked, pattern })).rejects.toMatchObject({ code: 'invalid-sparsity' });
    await expect(chooseMask({ ...asked, pattern: { ...pattern, axis: 0 } })).rejects.toMatchObject({
      code: 'unsupported',
    });
    await expect(chooseMask({ ...asked, pattern: { kind: 'block', shape: [1, 2] } })).rejects.toMatchObject({
      code: 'unsupported',
    });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(chooseMask({ ...asked, signal })).rejects.toThrow('enough');
  });
});

describe('swaps', () => {
  it('never worsen what a row misses, keep as many, and stop where no single swap helps', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const inputs = randomSamples(samples, features, seed);
        const weights = randomNumbers(features, seed + 1);
        const options = {
          weights,
          rows: 1,
          moments: momentsOf(inputs),
          sparsity: 0.5,
          method: 'magnitude',
        } as const;
        const before = unpack(await chooseMask(options), features);
        let last = missedAsIs(inputs, weights, before);
        for (const swaps of [1, 2, 50]) {
          const flags = unpack(await chooseMask({ ...options, swaps }), features);
          expect(flags.filter((flag) => flag === 0).length).toBe(3);
          const missed = missedAsIs(inputs, weights, flags);
          expect(missed).toBeLessThanOrEqual(last * (1 + 1e-6));
          last = missed;
          if (swaps < 50) continue;
          for (let p = 0; p < features; p += 1) {
            for (let u = 0; u < features; u += 1) {
              if (flags[p] === 1 || flags[u] === 0) continue;
              const other = flags.map((flag, j) => (j === p ? 1 : j === u ? 0 : flag));
              expect(missedAsIs(inputs, weights, other)).toBeGreaterThan(missed * (1 - 1e-5));
            }
          }
        }
      }),
      { numRuns: 30, seed: 8 },
    );
  });
});
