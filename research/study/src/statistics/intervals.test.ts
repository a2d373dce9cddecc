import { createRandom } from '@synaprune/examples-kit/random';
import { describe, expect, it } from 'vitest';
import { bootstrapInterval } from './bootstrap.js';
import { meanInterval, pairedDifference } from './paired.js';
import { bcaInterval, percentileInterval, quantile } from './replicates.js';
import { groupBlocks, meanOfBlocks, resample, resampleBlocks } from './resampling.js';
import { findRoot } from './root.js';
import { expectDigits } from './testing/expect-digits.js';
import { fromR } from './testing/fixtures.js';

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('intervals agree with R', () => {
  it('of replicates: percentiles and BCa', () => {
    expect(fromR.bca).toHaveLength(4);
    for (const { replicates, observed, jackknife, level, percentile, bca } of fromR.bca) {
      const plain = percentileInterval(replicates, level[0]!);
      expectDigits(plain.low, percentile[0]!, 1e-12);
      expectDigits(plain.high, percentile[1]!, 1e-12);
      const corrected = bcaInterval(replicates, observed[0]!, jackknife, level[0]!);
      expectDigits(corrected.low, bca[0]!, 1e-12);
      expectDigits(corrected.high, bca[1]!, 1e-12);
    }
  });

  it('of paired differences: t.test', () => {
    for (const { a, b, level, mean: expected, interval } of fromR.paired) {
      const blocks = a.map((value, i) => ({ treatment: [value], control: [b[i]!] }));
      const { difference } = pairedDifference(blocks, level[0]!);
      expectDigits(difference.mean, expected[0]!, 1e-11);
      expectDigits(difference.interval!.low, interval[0]!, 1e-11);
      expectDigits(difference.interval!.high, interval[1]!, 1e-11);
    }
  });
});

describe('pairedDifference', () => {
  it('averages the runs of a block before it compares blocks', () => {
    const { difference, relativePercent, byBlock } = pairedDifference([
      { treatment: [1, 3], control: [2, 6] },
      { treatment: [9], control: [10] },
    ]);
    expect(byBlock).toEqual([-2, -1]);
    expect(difference.mean).toBe(-1.5);
    expect(difference.count).toBe(2);
    expect(relativePercent.mean).toBe(-30);
    // t(.975, 1) = 12.7062, s / √n = ½.
    expect(difference.interval!.high).toBeCloseTo(-1.5 + 6.3531023681, 9);
  });

  it('has no interval for one block', () => {
    expect(meanInterval([3])).toEqual({ count: 1, mean: 3, standardDeviation: null, interval: null });
  });

  it('refuses no blocks, lonely runs, controls of 0 and NaN', () => {
    expect(() => pairedDifference([])).toThrow(new RangeError('at least 1 block is needed, got 0'));
    expect(() => pairedDifference([{ treatment: [1], control: [1, 2] }])).toThrow(
      new RangeError('block 0 must hold pairs, got 1 and 2 runs'),
    );
    expect(() => pairedDifference([{ treatment: [1], control: [0] }])).toThrow(
      new RangeError("the control's mean of block 0 must be above 0, got 0"),
    );
    expect(() => meanInterval([1, Number.NaN])).toThrow(RangeError);
    expect(() => meanInterval([1, 2], 1)).toThrow(RangeError);
  });
});

describe('bootstrapInterval', () => {
  const values = [0.3, 1.2, 0.7, 2.9, 0.1, 1.8, 0.4, 1.1];

  it('repeats for a seed and differs for another', () => {
    const first = bootstrapInterval(values, mean, { seed: 5 });
    expect(bootstrapInterval(values, mean, { seed: 5 })).toEqual(first);
    expect(bootstrapInterval(values, mean, { seed: 6 })).not.toEqual(first);
    expect(first.observed).toBe(mean(values));
    expect(first.low).toBeLessThan(first.observed);
    expect(first.high).toBeGreaterThan(first.observed);
  });

  it('covers the true mean about as often as its level says', () => {
    const random = createRandom(3, 'coverage');
    let covered = 0;
    for (let i = 0; i < 300; i += 1) {
      const sample = Array.from({ length: 30 }, () => random.normal());
      const { low, high } = bootstrapInterval(sample, mean, { level: 0.9, resamples: 400, seed: i });
      if (low <= 0 && high >= 0) covered += 1;
    }
    expect(covered / 300).toBeGreaterThan(0.83);
    expect(covered / 300).toBeLessThan(0.96);
  });

  it('is wider when runs of a block are drawn together', () => {
    const blocks = [
      [1, 1.1, 0.9],
      [3, 3.1, 2.9],
      [5, 5.1, 4.9],
      [2, 2.1, 1.9],
    ];
    const together = bootstrapInterval(blocks, meanOfBlocks, { draw: resampleBlocks, method: 'percentile' });
    const apart = bootstrapInterval(blocks.flat(), mean, { method: 'percentile' });
    expect(together.high - together.low).toBeGreaterThan(1.3 * (apart.high - apart.low));
  });

  it('names the method it used', () => {
    expect(bootstrapInterval([1, 2], mean).method).toBe('percentile');
    expect(bootstrapInterval(values, mean).method).toBe('bca');
    expect(bootstrapInterval([4, 4, 4], mean)).toEqual({ observed: 4, method: 'bca', low: 4, high: 4 });
  });

  it('refuses no items, few samples and a statistic that is NaN', () => {
    expect(() => bootstrapInterval([], mean)).toThrow(RangeError);
    expect(() => bootstrapInterval(values, mean, { resamples: 10 })).toThrow(
      new RangeError('resamples must be a whole number of at least 100, got 10'),
    );
    expect(() => bootstrapInterval(values, () => Number.NaN)).toThrow(RangeError);
    expect(() => bcaInterval([1, 2], 5, [1, 2], 0.9)).toThrow(
      new RangeError('the observed value must lie among the replicates, got 5 on one side of all'),
    );
  });
});

describe('resampling', () => {
  it('draws as many as there are, from what is there', () => {
    const drawn = resample(['a', 'b', 'c'], createRandom(1, 'x'));
    expect(drawn).toHaveLength(3);
    expect(drawn.every((item) => 'abc'.includes(item))).toBe(true);
    expect(() => resample([], createRandom(1, 'x'))).toThrow(RangeError);
  });

  it('keeps runs inside their block', () => {
    for (const block of resampleBlocks(
      [
        [1, 2],
        [30, 40, 50],
      ],
      createRandom(4, 'x'),
    )) {
      expect([2, 3]).toContain(block.length);
      expect(new Set(block.map((value) => value > 9)).size).toBe(1);
    }
  });

  it('groups by label in order and weighs blocks alike', () => {
    expect(groupBlocks([1, 2, 3], (_, i) => i % 2)).toEqual([[1, 3], [2]]);
    expect(meanOfBlocks([[1, 2], [3]])).toBe(2.25);
    expect(() => meanOfBlocks([])).toThrow(RangeError);
  });
});

describe('quantile and findRoot', () => {
  it('has the ends and the middle', () => {
    expect([0, 0.25, 0.5, 1].map((share) => quantile([4, 1, 2], share))).toEqual([1, 1.5, 2, 4]);
    expect(() => quantile([1], 2)).toThrow(new RangeError('share must be a number in [0, 1], got 2'));
  });

  it('finds roots to the last bits and refuses a bracket without one', () => {
    expectDigits(
      findRoot((x) => x * x - 2, 0, 2),
      Math.SQRT2,
      1e-15,
    );
    expectDigits(
      findRoot((x) => Math.cos(x) - x, 0, 1),
      0.7390851332151607,
      1e-15,
    );
    expect(() => findRoot((x) => x * x + 1, 0, 1)).toThrow(RangeError);
  });
});
