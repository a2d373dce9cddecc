import { expect } from 'vitest';

/** Expects two numbers to agree to a relative error; the smallest differences count, however small the numbers. */
export function expectDigits(actual: number, expected: number, relative: number, where = ''): void {
  const error = actual === expected ? 0 : Math.abs(actual - expected) / Math.abs(expected);
  expect(error, `${where}: ${actual} against ${expected}`).toBeLessThanOrEqual(relative);
}

/** Expects a function to give the last number of every row for the numbers before it. */
export function expectGrid(f: (...at: number[]) => number, rows: number[][], relative: number): void {
  expect(rows.length).toBeGreaterThan(0);
  for (const row of rows)
    expectDigits(f(...row.slice(0, -1)), row.at(-1)!, relative, row.slice(0, -1).join(', '));
}
