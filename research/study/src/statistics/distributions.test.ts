import { describe, expect, it } from 'vitest';
import { regularisedBeta } from './beta.js';
import { gammaP, gammaQ } from './gamma.js';
import { normalCdf, normalDensity, normalQuantile } from './normal.js';
import { studentCdf, studentQuantile } from './student.js';
import { chiSquareTail, fTail } from './tails.js';
import { expectDigits, expectGrid } from './testing/expect-digits.js';
import { fromR } from './testing/fixtures.js';

// Far tails down to 1e-300 are in the grids: the error is relative to each number.
const DIGITS = 1e-12;

describe('distributions agree with R to 12 digits', () => {
  it('Φ', () => expectGrid(normalCdf, fromR.normalCdf, DIGITS));
  it('quantiles of the normal distribution', () => expectGrid(normalQuantile, fromR.normalQuantile, DIGITS));
  it('upper tails of chi-square', () => expectGrid(chiSquareTail, fromR.chiSquareTail, DIGITS));
  it('upper tails of F', () => expectGrid(fTail, fromR.fTail, DIGITS));
  it("Student's t", () => expectGrid(studentCdf, fromR.studentCdf, DIGITS));
  it('P(a, x) and Q(a, x)', () => {
    expectGrid(gammaP, fromR.gammaP, DIGITS);
    expectGrid(gammaQ, fromR.gammaQ, DIGITS);
  });
  it('Iₓ(a, b)', () => expectGrid(regularisedBeta, fromR.beta, DIGITS));
  it("quantiles of Student's t, where they are not close to 0", () => {
    const far = fromR.studentQuantile.filter(([p]) => Math.abs(p! - 0.5) > 1e-3);
    expect(far.length).toBeGreaterThan(80);
    expectGrid(studentQuantile, far, DIGITS);
  });
});

describe('quantiles close to the middle', () => {
  it('of t are exact for one degree of freedom, tan π(p − ½), where R is good to 7 digits only', () => {
    for (const p of [0.5 - 1e-9, 0.5 + 1e-6]) {
      expectDigits(studentQuantile(p, 1), Math.tan(Math.PI * (p - 0.5)), 1e-14);
    }
    const near = fromR.studentQuantile.filter(([p]) => p === 0.5 - 1e-9);
    expect(near.length).toBe(8);
    expectGrid(studentQuantile, near, 1e-7);
  });

  it('are 0 in it', () => {
    expect(normalQuantile(0.5)).toBe(0);
    expect(studentQuantile(0.5, 4)).toBe(0);
  });
});

describe('closed forms', () => {
  it('chi-square with two degrees of freedom is e^(−x/2)', () => {
    for (const x of [1e-8, 0.5, 3, 60, 1400]) expectDigits(chiSquareTail(x, 2), Math.exp(-x / 2), 1e-13);
  });

  it('F(2, m) is (1 + 2x/m)^(−m/2)', () => {
    for (const x of [0.1, 2, 40]) expectDigits(fTail(x, 2, 8), (1 + x / 4) ** -4, 1e-14);
  });

  it('t with one degree of freedom is ½ + atan(t)/π', () => {
    for (const t of [-3, -0.2, 0.7, 9]) expectDigits(studentCdf(t, 1), 0.5 + Math.atan(t) / Math.PI, 1e-14);
  });

  it('ends are 0 and 1', () => {
    expect([gammaP(2, 0), gammaQ(2, 0), gammaQ(2, Number.POSITIVE_INFINITY)]).toEqual([0, 1, 0]);
    expect([regularisedBeta(0, 2, 3), regularisedBeta(1, 2, 3)]).toEqual([0, 1]);
    expect([chiSquareTail(0, 3), fTail(0, 2, 3), fTail(Number.POSITIVE_INFINITY, 2, 3)]).toEqual([1, 1, 0]);
    expect([normalQuantile(0), normalQuantile(1)]).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect([normalCdf(Number.NEGATIVE_INFINITY), normalCdf(Number.POSITIVE_INFINITY)]).toEqual([0, 1]);
    expect(normalDensity(0)).toBe(1 / Math.sqrt(2 * Math.PI));
  });
});

describe('bad input is a RangeError that says what was got', () => {
  const nan = Number.NaN;
  it.each<[string, () => number, string]>([
    ['gammaP', () => gammaP(0, 1), 'the shape a must be a number in [0.001, 1000000000], got 0'],
    ['gammaQ', () => gammaQ(1, -1), 'x must be a number in [0, Infinity], got -1'],
    ['regularisedBeta', () => regularisedBeta(1.5, 1, 1), 'x must be a number in [0, 1], got 1.5'],
    ['normalCdf', () => normalCdf(nan), 'z must be a number, got NaN'],
    ['normalQuantile', () => normalQuantile(nan), 'p must be strictly between 0 and 1, got NaN'],
    [
      'chiSquareTail',
      () => chiSquareTail(1, 0),
      'degrees of freedom must be a number in [1, 1000000000], got 0',
    ],
    ['fTail', () => fTail(nan, 1, 1), 'x must be a number in [0, Infinity], got NaN'],
    ['studentCdf', () => studentCdf(nan, 1), 't must be a number in [-Infinity, Infinity], got NaN'],
    ['studentQuantile', () => studentQuantile(1, 1), 'p must be strictly between 0 and 1, got 1'],
  ])('%s', (_, call, message) => {
    expect(call).toThrow(new RangeError(message));
  });
});
