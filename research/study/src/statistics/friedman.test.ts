import { describe, expect, it } from 'vitest';
import { friedman } from './friedman.js';
import { nemenyi } from './nemenyi.js';
import { meanRanks, midRanks } from './ranks.js';
import { expectDigits } from './testing/expect-digits.js';
import { fromR } from './testing/fixtures.js';
import { PUBLIC_TABLE } from './testing/public-table.js';

// The exact p of the larger tables takes some seconds in all: each is tested once.
const TESTS = fromR.friedman.map((expected) => ({ expected, actual: friedman(expected.rows) }));

describe('friedman', () => {
  it('agrees with friedman.test of R to 12 digits, with and without ties', () => {
    expect(fromR.friedman.length).toBeGreaterThanOrEqual(50);
    expect(
      fromR.friedman.filter(({ rows }) => rows.some((row) => new Set(row).size < row.length)).length,
    ).toBeGreaterThan(20);
    for (const { actual, expected } of TESTS) {
      expectDigits(actual.chiSquare.statistic, expected.statistic[0]!, 1e-12);
      expectDigits(actual.chiSquare.p, expected.p[0]!, 1e-11);
      expectDigits(actual.kendallW, expected.w[0]!, 1e-12);
      actual.meanRanks.forEach((rank, j) => {
        expectDigits(rank, expected.meanRanks[j]!, 1e-14);
      });
    }
  });

  it('agrees with pf of R on the F of Iman and Davenport to 10 digits', () => {
    for (const { expected, actual: test } of TESTS) {
      const actual = test.imanDavenport;
      // R subtracts χ² from n (k − 1), which loses digits where the two are close; ours does not.
      expectDigits(actual.statistic, expected.f[0]!, 1e-11);
      expectDigits(actual.p, expected.fp[0]!, 1e-10);
    }
  });

  it('gives the known figures of a public table of twelve blocks', () => {
    const test = friedman(PUBLIC_TABLE);
    expect(test.chiSquare.statistic).toBeCloseTo(0.1764705882, 10);
    expect(test.chiSquare.p).toBeCloseTo(0.9812952688, 10);
    expect(test.imanDavenport.statistic).toBeCloseTo(0.0541871921, 10);
    expect(test.imanDavenport.p).toBeCloseTo(0.9830927494, 10);
    expect(test.imanDavenport.degrees).toEqual([3, 33]);
    expect(test.kendallW).toBeCloseTo(0.0049019608, 10);
    expect(test.meanRanks).toEqual([2.5, 31 / 12, 30.5 / 12, 2.375]);
  });

  it('gives 558 of 46656 for six blocks of three', () => {
    const test = friedman([
      [1, 2, 3],
      [1, 3, 2],
      [1, 2, 3],
      [1, 2, 3],
      [2, 1, 3],
      [1, 2, 3],
    ]);
    expect(test.chiSquare.statistic).toBeCloseTo(25 / 3, 12);
    expect(test.chiSquare.degrees).toBe(2);
    expect(test.chiSquare.p).toBeCloseTo(0.0155038536, 10);
    expectDigits(test.exact.p!, 558 / 46656, 1e-13);
  });

  it('has infinite F and W 1 where all blocks agree', () => {
    const test = friedman([
      [1, 2, 3],
      [4, 5, 6],
      [1, 2, 9],
    ]);
    expect(test.imanDavenport).toEqual({ statistic: Number.POSITIVE_INFINITY, degrees: [2, 4], p: 0 });
    expect(test.kendallW).toBe(1);
  });

  it('ranks numbers that differ by noise as equal when decimals are given', () => {
    const noisy = [
      [0.1 + 0.2, 0.3, 1],
      [1, 2, 3],
    ];
    expect(friedman(noisy).meanRanks).toEqual([1.5, 1.5, 3]);
    expect(friedman(noisy, { decimals: 4 }).meanRanks).toEqual([1.25, 1.75, 3]);
  });

  it.each([
    ['one block', [[1, 2]], 'a table must have at least 2 rows (blocks), got 1'],
    ['one method', [[1], [2]], 'row 0 must hold at least 2 numbers, got 1'],
    [
      'ragged rows',
      [
        [1, 2],
        [1, 2, 3],
      ],
      'every row must have 2 numbers as the first has, row 1 has 3',
    ],
    [
      'NaN',
      [
        [1, 2],
        [1, Number.NaN],
      ],
      'row 1 must hold finite numbers, got NaN at index 1',
    ],
    [
      'ties only',
      [
        [1, 1],
        [2, 2],
      ],
      'at least one block must hold two different numbers, got ties only',
    ],
  ])('refuses %s', (_, rows, message) => {
    expect(() => friedman(rows)).toThrow(new RangeError(message));
    if (message.includes('ties')) return;
    expect(() => nemenyi(rows)).toThrow(new RangeError(message));
    expect(() => meanRanks(rows)).toThrow(new RangeError(message));
  });
});

describe('midRanks', () => {
  it('shares ranks among equal numbers, −0 and 0 too', () => {
    expect(midRanks([3, 1, 3, 3])).toEqual([3, 1, 3, 3]);
    expect(midRanks([-0, 0, -1])).toEqual([2.5, 2.5, 1]);
  });

  it('refuses an empty list, NaN and half a decimal', () => {
    expect(() => midRanks([])).toThrow(new RangeError('values must hold at least 1 numbers, got 0'));
    expect(() => midRanks([1, Number.NaN])).toThrow(
      new RangeError('values must hold finite numbers, got NaN at index 1'),
    );
    expect(() => midRanks([1], { decimals: 0.5 })).toThrow(
      new RangeError('decimals must be a whole number of at least 0, got 0.5'),
    );
  });
});
