import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { signedRankDistribution } from './signed-rank.js';
import { expectDigits } from './testing/expect-digits.js';
import { fromR } from './testing/fixtures.js';
import { PUBLIC_TABLE } from './testing/public-table.js';
import { wilcoxonSignedRank } from './wilcoxon.js';

const differences = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 1, maxLength: 14 });

describe('wilcoxonSignedRank', () => {
  it('agrees with wilcox.test of R to 11 digits, and is exact where R is', () => {
    expect(fromR.wilcoxon.length).toBeGreaterThanOrEqual(50);
    expect(fromR.wilcoxon.filter(({ exact }) => exact[0] === 1).length).toBeGreaterThan(10);
    for (const expected of fromR.wilcoxon) {
      const actual = wilcoxonSignedRank(expected.differences, { method: 'as-r' });
      expect(actual.method).toBe(expected.exact[0] === 1 ? 'exact' : 'normal');
      expect(actual.statistic).toBe(expected.statistic[0]);
      expectDigits(actual.p, expected.p[0]!, 1e-11);
      for (const alternative of ['less', 'greater'] as const) {
        const { p } = wilcoxonSignedRank(expected.differences, { method: 'as-r', alternative });
        expectDigits(p, expected[alternative][0]!, 1e-11, alternative);
      }
      expectDigits(
        wilcoxonSignedRank(expected.differences, { method: 'normal' }).p,
        expected.normal[0]!,
        1e-11,
      );
    }
  });

  it('is what going through all signs gives, with ties and zeros (R has no exact p for them)', () => {
    expect(fromR.signs.length).toBeGreaterThan(15);
    for (const expected of fromR.signs) {
      const actual = wilcoxonSignedRank(expected.differences);
      expect(actual.method).toBe('exact');
      expect(actual.statistic).toBe(expected.statistic[0]);
      expectDigits(actual.p, expected.p[0]!, 1e-14);
      for (const alternative of ['less', 'greater'] as const) {
        const { p } = wilcoxonSignedRank(expected.differences, { alternative });
        expectDigits(p, expected[alternative][0]!, 1e-14, alternative);
      }
    }
  });

  it.each([
    [0, 1, 0.5185546875, 'exact'],
    [0, 2, 0.7333984375, 'exact'],
    [0, 3, 0.8500976563, 'exact'],
    [1, 2, 1, 'exact'],
    [1, 3, 0.4697265625, 'exact'],
    [2, 3, 0.5633177997, 'normal'],
  ])('gives the known p of methods %i and %i of a public table: %d', (first, second, p, method) => {
    const rows = PUBLIC_TABLE.map((row) => row[first]! - row[second]!);
    const test = wilcoxonSignedRank(rows, { decimals: 4, method: 'as-r' });
    expect(test.p).toBeCloseTo(p, 9);
    expect(test.method).toBe(method);
  });

  it('has 2 / 2ⁿ as its smallest p', () => {
    for (const [n, p] of [
      [5, 0.0625],
      [6, 0.03125],
      [10, 0.001953125],
      [41, 2 ** -40],
    ] as const) {
      expectDigits(wilcoxonSignedRank(Array.from({ length: n }, (_, i) => -1 - i)).p, p, 1e-14);
    }
  });

  it('counts zeros and finds nothing in zeros alone', () => {
    expect(wilcoxonSignedRank([0, 0])).toEqual({
      statistic: 0,
      p: 1,
      method: 'exact',
      used: 0,
      zeros: 2,
      ties: false,
    });
    expect(wilcoxonSignedRank([0, 1, -1, 2])).toMatchObject({
      used: 3,
      zeros: 1,
      ties: true,
      statistic: 4.5,
    });
  });

  it('turns to the normal approximation above 200 differences, and says so', () => {
    const many = Array.from({ length: 201 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
    expect(wilcoxonSignedRank(many).method).toBe('normal');
    const exact = wilcoxonSignedRank(many.slice(1));
    expect(exact.method).toBe('exact');
    // Where p is small the approximation is off by a quarter of it, where it is not by 1e-4.
    expect(Math.abs(wilcoxonSignedRank(many.slice(1), { method: 'normal' }).p - exact.p)).toBeLessThan(1e-4);
  });

  it('does not change when differences change places or scale, and mirrors with their sign', () => {
    fc.assert(
      fc.property(differences, fc.constantFrom('exact', 'as-r', 'normal'), (values, method) => {
        const { p } = wilcoxonSignedRank(values, { method });
        expect(p).toBeGreaterThanOrEqual(0);
        expect(p).toBeLessThanOrEqual(1);
        expect(wilcoxonSignedRank(values.toReversed(), { method }).p).toBe(p);
        expect(
          wilcoxonSignedRank(
            values.map((value) => value * 8),
            { method },
          ).p,
        ).toBe(p);
        expectDigits(
          wilcoxonSignedRank(
            values.map((value) => -value),
            { method },
          ).p,
          p,
          1e-13,
        );
      }),
    );
  });

  it('refuses an empty list and NaN', () => {
    expect(() => wilcoxonSignedRank([])).toThrow(
      new RangeError('differences must hold at least 1 numbers, got 0'),
    );
    expect(() => wilcoxonSignedRank([1, Number.NaN])).toThrow(
      new RangeError('differences must hold finite numbers, got NaN at index 1'),
    );
  });
});

describe('signedRankDistribution', () => {
  it('is the one written out by hand', () => {
    const expected = [1, 0, 1, 0, 0, 2, 0, 2, 0, 0, 1, 0, 1].map((ways) => ways / 8);
    expect(Array.from(signedRankDistribution([1, 2.5, 2.5]))).toEqual(expected);
  });

  it('sums to 1', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 2, max: 60 }), { maxLength: 40 }), (doubled) => {
        const sum = signedRankDistribution(doubled.map((rank) => rank / 2)).reduce((a, b) => a + b, 0);
        expectDigits(sum, 1, 1e-13);
      }),
    );
  });
});
