import { describe, expect, it } from 'vitest';
import { normalCdf } from './normal.js';
import { studentizedRangeQuantile, studentizedRangeTail } from './studentized-range.js';
import { expectDigits, expectGrid } from './testing/expect-digits.js';
import { fromMpmath, fromR } from './testing/fixtures.js';

describe('the range of normal numbers', () => {
  it('agrees with quadrature in 70 digits, into tails of 1e-45', () => {
    expectGrid(studentizedRangeTail, fromMpmath().tails, 1e-12);
  });

  it('has the quantiles that quadrature in 35 digits has, at 1e-12 too', () => {
    expectGrid(studentizedRangeQuantile, fromMpmath().quantiles, 1e-12);
  });

  it('agrees with ptukey as far as ptukey is exact: 8 digits (quadrature above decides for ours)', () => {
    expectGrid(studentizedRangeTail, fromR.studentizedRange, 1e-8);
  });

  it('agrees with qtukey as far as qtukey is exact: its own tolerance is 1e-4, in effect 2e-7', () => {
    expectGrid(studentizedRangeQuantile, fromR.studentizedRangeQuantile, 2e-7);
  });

  it('is the distance of two numbers for two groups: 2 Φ(−q/√2)', () => {
    for (const q of [0.01, 1, 4, 12, 40]) {
      expectDigits(studentizedRangeTail(q, 2), 2 * normalCdf(-q / Math.SQRT2), 1e-12, `${q}`);
    }
  });

  it('is 1 at 0 and 0 at ∞', () => {
    expectDigits(studentizedRangeTail(0, 7), 1, 1e-13);
    expect(studentizedRangeTail(Number.POSITIVE_INFINITY, 7)).toBe(0);
  });

  it.each<[string, () => number, string]>([
    ['q', () => studentizedRangeTail(-1, 3), 'q must be a number in [0, Infinity], got -1'],
    ['NaN', () => studentizedRangeTail(Number.NaN, 3), 'q must be a number in [0, Infinity], got NaN'],
    [
      'groups',
      () => studentizedRangeTail(1, 1),
      'the number of groups must be a whole number of at least 2, got 1',
    ],
    ['tail', () => studentizedRangeQuantile(0, 3), 'the tail must be strictly between 0 and 1, got 0'],
  ])('refuses a bad %s', (_, call, message) => {
    expect(call).toThrow(new RangeError(message));
  });
});
