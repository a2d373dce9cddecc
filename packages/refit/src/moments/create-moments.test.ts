import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomNumbers } from '../testing/random-numbers.js';
import { createMoments } from './create-moments.js';

describe('createMoments', () => {
  it('sums what the definition says, in however many batches', () => {
    const sizes = fc.record({
      features: fc.integer({ min: 1, max: 9 }),
      denseFeatures: fc.integer({ min: 1, max: 9 }),
      batches: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 4 }),
      constant: fc.boolean(),
    });
    fc.assert(
      fc.property(sizes, ({ features, denseFeatures, batches, constant }) => {
        const builder = createMoments({ features, denseFeatures, constant });
        const samples: { p: number[]; d: number[] }[] = [];
        for (const [seed, count] of batches.entries()) {
          const pruned = randomNumbers(count * features, seed);
          const dense = randomNumbers(count * denseFeatures, seed + 100);
          builder.add(pruned, dense);
          for (let s = 0; s < count; s += 1) {
            const p = [...pruned.subarray(s * features, (s + 1) * features), ...(constant ? [1] : [])];
            samples.push({ p, d: [...dense.subarray(s * denseFeatures, (s + 1) * denseFeatures)] });
          }
        }
        const moments = builder.finish();
        expect(moments.samples).toBe(samples.length);
        expect(moments.size).toBe(features + Number(constant));
        if (batches.length === 0) return;
        const sum = (of: (sample: { p: number[]; d: number[] }) => number) =>
          samples.reduce((total, sample) => total + of(sample), 0);
        for (let i = 0; i < moments.size; i += 1) {
          for (let j = 0; j < moments.size; j += 1) {
            expect(moments.gram[i * moments.size + j]).toBeCloseTo(
              sum(({ p }) => p[i]! * p[j]!),
              5,
            );
          }
          for (let j = 0; j < denseFeatures; j += 1) {
            expect(moments.cross[i * denseFeatures + j]).toBeCloseTo(
              sum(({ p, d }) => p[i]! * d[j]!),
              5,
            );
          }
        }
        for (let i = 0; i < denseFeatures; i += 1) {
          for (let j = 0; j < denseFeatures; j += 1) {
            expect(moments.denseGram[i * denseFeatures + j]).toBeCloseTo(
              sum(({ d }) => d[i]! * d[j]!),
              5,
            );
          }
        }
      }),
      { seed: 3 },
    );
  });

  it('takes the dense inputs to be the pruned ones where none are given', () => {
    const builder = createMoments({ features: 2, constant: true });
    builder.add(Float32Array.of(1, 2, 3, 4));
    const { gram, cross, denseGram } = builder.finish();
    expect([...gram]).toEqual([10, 14, 4, 14, 20, 6, 4, 6, 2]);
    expect([...cross]).toEqual([10, 14, 14, 20, 4, 6]);
    expect([...denseGram]).toEqual([10, 14, 14, 20]);
  });

  it('keeps of dense outputs their squares alone', () => {
    const builder = createMoments({ features: 1, denseFeatures: 2, dense: 'outputs' });
    builder.add(Float32Array.of(1, 2), Float32Array.of(1, 2, 3, 4));
    const { cross, denseGram } = builder.finish();
    expect([...cross]).toEqual([7, 10]);
    expect([...denseGram]).toEqual([10, 20]);
  });

  it('adds nothing of a batch that holds NaN or Infinity, and says where', () => {
    const builder = createMoments({ features: 2 });
    builder.add(Float32Array.of(1, 2));
    expect(() => builder.add(Float32Array.of(1, 2, 3, Number.NaN))).toThrow(
      'add needs finite numbers in pruned, got NaN in sample 1, column 1',
    );
    expect(() => builder.add(Float32Array.of(Number.POSITIVE_INFINITY, 2))).toThrow(
      expect.objectContaining({ code: 'not-finite' }),
    );
    expect(() => builder.add(Float32Array.of(1, 2), Float32Array.of(1, Number.NaN))).toThrow('in no batch');
    expect(builder.finish()).toMatchObject({ samples: 1, gram: Float64Array.of(1, 2, 2, 4) });
  });

  it('says what is wrong with what it is given', () => {
    expect(() => createMoments({ features: 0 })).toThrow(RangeError);
    expect(() => createMoments({ feature: 1 } as never)).toThrow('did you mean "features"?');
    const builder = createMoments({ features: 2, denseFeatures: 3 });
    expect(() => builder.add(Float32Array.of(1, 2, 3), new Float32Array(3))).toThrow(
      'add needs pruned to hold 2 numbers a sample, row by row; got 3, which is no multiple',
    );
    expect(() => builder.add(Float32Array.of(1, 2))).toThrow(
      'add needs dense: of 3 inputs a sample, got none',
    );
    expect(() => builder.add(Float32Array.of(1, 2), new Float32Array(6))).toThrow(
      'add needs as many samples in dense as in pruned, 1, got 2',
    );
    builder.dispose();
    expect(() => builder.finish()).toThrow(expect.objectContaining({ code: 'disposed' }));
  });
});
