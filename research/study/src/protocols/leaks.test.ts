import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { madeUp, rowsOf, wobble } from '../data/testing/made-up.js';
import { correlation } from './leaks.js';
import { makeTask } from './make-task.js';

const values = rowsOf(300, (row) => 10 * wobble(row));
const honest = (other: readonly number[]) => () => makeTask(madeUp({ v: values, other }), 'honest', 3);

describe('columns that give the target away', () => {
  it('refuses the target one row ahead, by name', () => {
    expect(honest(rowsOf(300, (row) => 10 * wobble(row + 1)))).toThrow(
      /column other, which holds v one row ahead; take the column out/,
    );
  });

  it('refuses it turned round, stretched and a little blurred', () => {
    expect(honest(rowsOf(300, (row) => 7 - 30 * wobble(row + 1) + 1e-3 * wobble(row * 3)))).toThrow(
      /one row ahead/,
    );
  });

  it('refuses leads beyond the window too', () => {
    expect(honest(rowsOf(300, (row) => wobble(row + 9)))).toThrow(/9 rows ahead/);
  });

  it('lets pass what is known at the time: the target itself, its past, and noise', () => {
    expect(honest(rowsOf(300, (row) => 2 * wobble(row)))).not.toThrow();
    expect(honest(rowsOf(300, (row) => wobble(row - 1)))).not.toThrow();
    expect(honest(rowsOf(300, (row) => wobble(row * 7)))).not.toThrow();
  });

  it('lets pass a column that follows a slow target no better than its own last value', () => {
    const slow = rowsOf(300, (row) => row + Math.sin(row / 50));
    expect(() =>
      makeTask(
        madeUp({ v: slow, other: rowsOf(300, (row) => slow[row]! + 0.01 * wobble(row)) }),
        'honest',
        3,
      ),
    ).not.toThrow();
  });

  it('keeps them under the published protocol', () => {
    const other = rowsOf(300, (row) => 10 * wobble(row + 1));
    expect(makeTask(madeUp({ v: values, other }), 'published', 3).features).toContain('other');
  });
});

describe('correlation', () => {
  it('is 1 for any rising line of the shifted column', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.integer({ min: 0, max: 5 }),
        (slope, ahead) => {
          const x = Float64Array.from(rowsOf(50, wobble));
          const y = Float64Array.from(rowsOf(50, (row) => slope * wobble(row - ahead) - 3));
          expect(correlation(x, y, ahead, 1)).toBeCloseTo(1, 9);
        },
      ),
    );
  });

  it('matches a case by hand and skips missing values', () => {
    // x 1, 2, 3 and y 1, 3, 2: covariance 0.5, variances 1.
    const [x, y] = [Float64Array.of(1, Number.NaN, 2, 3), Float64Array.of(1, 9, 3, 2)];
    expect(correlation(x, y, 0, 1)).toBeCloseTo(0.5, 12);
  });
});
