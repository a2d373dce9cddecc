import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMoments } from '../moments/create-moments.js';
import { leastSquares } from '../testing/least-squares.js';
import { pack } from '../testing/pack.js';
import { randomNumbers, randomSamples } from '../testing/random-numbers.js';
import { refitRows } from './refit-rows.js';

function momentsOf(features: number, pruned: Float32Array, dense?: Float32Array, constant = false) {
  const builder = createMoments({ features, constant });
  builder.add(pruned, dense);
  return builder.finish();
}

describe('refitRows', () => {
  it('finds what Householder reflections find on the stacked system, constants and damping included', async () => {
    const problem = fc.record({
      rows: fc.integer({ min: 1, max: 4 }),
      features: fc.integer({ min: 1, max: 7 }),
      denseFeatures: fc.integer({ min: 1, max: 7 }),
      samples: fc.integer({ min: 2, max: 24 }),
      constant: fc.boolean(),
      damping: fc.constantFrom(0.001, 0.1, 2),
      seed: fc.nat(1e6),
      flags: fc.array(fc.boolean(), { minLength: 28, maxLength: 28 }),
    });
    await fc.assert(
      fc.asyncProperty(
        problem,
        async ({ rows, features, denseFeatures, samples, constant, damping, seed, flags }) => {
          const pruned = randomSamples(samples, features, seed);
          const inputs = randomSamples(samples, denseFeatures, seed + 1);
          const dense = randomNumbers(rows * denseFeatures, seed + 2);
          const weights = randomNumbers(rows * features, seed + 3);
          const mask = pack(flags.slice(0, rows * features));
          const builder = createMoments({ features, denseFeatures, constant });
          const half = Math.floor(samples / 2);
          builder.add(pruned.subarray(0, half * features), inputs.subarray(0, half * denseFeatures));
          builder.add(pruned.subarray(half * features), inputs.subarray(half * denseFeatures));
          const moments = builder.finish();
          const refit = await refitRows({ weights, dense, rows, moments, mask, damping });

          const square = pruned.reduce((sum, x) => sum + x * x, 0);
          const held = Math.sqrt((damping * square) / features);
          let [missed, energy] = [0, 0];
          for (let row = 0; row < rows; row += 1) {
            const kept = [...Array(features).keys()].filter((j) => flags[row * features + j]);
            const a: number[][] = [];
            const y: number[] = [];
            for (let s = 0; s < samples; s += 1) {
              a.push([...kept.map((j) => pruned[s * features + j]!), ...(constant ? [1] : [])]);
              let answer = 0;
              for (let j = 0; j < denseFeatures; j += 1) {
                answer += dense[row * denseFeatures + j]! * inputs[s * denseFeatures + j]!;
              }
              y.push(answer);
            }
            const answers = [...y];
            for (const [at, j] of kept.entries()) {
              a.push([...kept.map((_, i) => (i === at ? held : 0)), ...(constant ? [0] : [])]);
              y.push(held * weights[row * features + j]!);
            }
            const x = a[0]!.length === 0 ? [] : leastSquares(a, y);
            for (let j = 0; j < features; j += 1) {
              const at = kept.indexOf(j);
              expect(refit.weights[row * features + j]).toBeCloseTo(at < 0 ? 0 : x[at]!, 4);
            }
            if (constant) expect(refit.constants![row]).toBeCloseTo(x[kept.length]!, 4);
            for (const [s, answer] of answers.entries()) {
              const got = a[s]!.reduce((sum, value, i) => sum + value * x[i]!, 0);
              missed += (got - answer) ** 2;
              energy += answer ** 2;
            }
          }
          expect(refit.error.after).toBeCloseTo(missed / energy, 5);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it('gives the dense layer back where nothing was pruned and nothing holds the weights', async () => {
    const moments = momentsOf(5, randomSamples(40, 5, 3));
    const dense = randomNumbers(10, 4);
    const weights = dense.map((w) => w / 2);
    const refit = await refitRows({ weights, dense, rows: 2, moments, damping: 0 });
    for (const [i, w] of refit.weights.entries()) expect(w).toBeCloseTo(dense[i]!, 5);
    expect(refit.error.before).toBeCloseTo(0.25, 6);
    expect(refit.error.after).toBeLessThan(1e-7);
    expect(refit.notices).toEqual([]);
  });

  it('finds the same from dense outputs as from dense inputs', async () => {
    const [samples, features, rows] = [30, 6, 3];
    const pruned = randomSamples(samples, features, 11);
    const inputs = randomSamples(samples, features, 12);
    const dense = randomNumbers(rows * features, 13);
    const outputs = new Float32Array(samples * rows);
    for (let s = 0; s < samples; s += 1) {
      for (let r = 0; r < rows; r += 1) {
        for (let j = 0; j < features; j += 1) {
          outputs[s * rows + r]! += dense[r * features + j]! * inputs[s * features + j]!;
        }
      }
    }
    const mask = pack(Array.from({ length: rows * features }, (_, i) => i % 3 > 0));
    const builder = createMoments({ features, denseFeatures: rows, dense: 'outputs', constant: true });
    builder.add(pruned, outputs);
    const one = await refitRows({ weights: dense, rows, moments: builder.finish(), mask });
    const moments = momentsOf(features, pruned, inputs, true);
    const other = await refitRows({ weights: dense, dense, rows, moments, mask });
    for (const [i, w] of other.weights.entries()) expect(one.weights[i]).toBeCloseTo(w, 5);
    for (const [i, c] of other.constants!.entries()) expect(one.constants![i]).toBeCloseTo(c, 5);
    expect(one.error.before).toBeCloseTo(other.error.before, 5);
    expect(one.error.after).toBeCloseTo(other.error.after, 5);
  });

  it('leaves weights of inputs that are always 0 as they are, and says so', async () => {
    const moments = momentsOf(3, Float32Array.of(1, 0, 2, 3, 0, 1, 2, 0, 2));
    const dense = Float32Array.of(1, 7, 3);
    const weights = Float32Array.of(5, 7, 5);
    const refit = await refitRows({ weights, dense, rows: 1, moments, damping: 0 });
    expect([...refit.weights].map((w) => w.toFixed(4))).toEqual(['1.0000', '7.0000', '3.0000']);
    expect(refit.notices).toEqual([
      {
        code: 'silent-features',
        message:
          '1 of 3 inputs of the layer were 0 in every sample, and what is left of their weights stays as it is: "1"',
      },
    ]);
  });

  it('says nothing of inputs that are always 0 and of which no weight is left', async () => {
    const moments = momentsOf(3, Float32Array.of(1, 0, 2, 3, 0, 1, 2, 0, 2));
    const dense = Float32Array.of(1, 7, 3);
    const mask = Uint8Array.of(0b101);
    expect((await refitRows({ weights: dense, dense, rows: 1, moments, mask })).notices).toEqual([]);
  });

  it('tells of rows and layers that the mask empties, and of samples too few', async () => {
    const moments = momentsOf(2, Float32Array.of(1, 2));
    const dense = Float32Array.of(1, 2, 3, 4);
    const codes = async (mask: Uint8Array) =>
      (await refitRows({ weights: dense, dense, rows: 2, moments, mask })).notices.map(({ code }) => code);
    expect(await codes(Uint8Array.of(0b0011))).toEqual(['few-samples', 'rows-emptied']);
    expect(await codes(Uint8Array.of(0b0000))).toEqual(['layer-emptied']);
  });

  it('refuses to guess where inputs do not determine weights that nothing holds', async () => {
    const moments = momentsOf(2, Float32Array.of(1, 1, 2, 2));
    const dense = Float32Array.of(1, 2);
    const options = { weights: dense, dense, rows: 1, moments };
    await expect(refitRows({ ...options, damping: 0 })).rejects.toMatchObject({ code: 'not-solvable' });
    const held = await refitRows(options);
    expect(held.weights[0]! + held.weights[1]!).toBeCloseTo(3, 5);
  });

  it('says what is wrong with what it is given', async () => {
    const moments = momentsOf(2, Float32Array.of(1, 1, 2, 3));
    const dense = Float32Array.of(1, 2);
    const options = { weights: dense, dense, rows: 1, moments };
    await expect(refitRows({ ...options, weights: Float32Array.of(1, Number.NaN) })).rejects.toThrow(
      'refitRows needs finite numbers in weights, got NaN in row 0, column 1',
    );
    await expect(refitRows({ ...options, rows: 2 })).rejects.toThrow(RangeError);
    await expect(refitRows({ ...options, mask: new Uint8Array(2) })).rejects.toThrow(
      'refitRows needs mask of 1 bytes for 2 weights, got 2',
    );
    await expect(refitRows({ ...options, dampening: 1 } as never)).rejects.toThrow('did you mean "damping"?');
    await expect(refitRows({ ...options, damping: -1 })).rejects.toThrow(RangeError);
    const empty = createMoments({ features: 2 }).finish();
    await expect(refitRows({ ...options, moments: empty })).rejects.toMatchObject({ code: 'no-samples' });
  });

  it('tells how far it is, and ends where it is told to', async () => {
    const moments = momentsOf(2, Float32Array.of(1, 1, 2, 3));
    const dense = Float32Array.of(1, 2, 3, 4);
    const told: unknown[] = [];
    const onProgress = (progress: unknown) => told.push(progress);
    await refitRows({ weights: dense, dense, rows: 2, moments, onProgress });
    expect(told.at(-1)).toEqual({ done: 2, total: 2 });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(refitRows({ weights: dense, dense, rows: 2, moments, signal })).rejects.toThrow('enough');
    const later = new AbortController();
    const ended = refitRows({ weights: dense, dense, rows: 2, moments, signal: later.signal });
    later.abort(new Error('enough'));
    await expect(ended).rejects.toThrow('enough');
  });
});
