import { checkCount, checkFinite, checkTable } from './check.js';

/** How numbers are compared. */
export interface Comparison {
  /**
   * Numbers are rounded to this many decimals (0 to 100) before they are compared, so that the noise of floating
   * point neither makes nor breaks ties. Without it they are compared to the bit.
   */
  readonly decimals?: number;
}

/**
 * Ranks from 1 for the smallest; equal numbers share the mean of their ranks.
 *
 * @example
 * midRanks([0.3, 0.1, 0.3]); // [2.5, 1, 2.5]
 *
 * @throws RangeError for an empty list and for numbers that are not finite.
 * @see M. Hollander, D. A. Wolfe, E. Chicken, Nonparametric Statistical Methods (2014), section 1.3
 */
export function midRanks(values: ArrayLike<number>, comparison: Comparison = {}): number[] {
  checkFinite('values', values, 1);
  const compared = Array.from(values, (value) => roundTo(value, comparison));
  const order = compared.map((_, i) => i).sort((i, j) => compared[i]! - compared[j]!);
  const ranks = new Array<number>(compared.length);
  for (let from = 0; from < order.length; ) {
    let to = from + 1;
    while (to < order.length && compared[order[to]!] === compared[order[from]!]) to += 1;
    for (let i = from; i < to; i += 1) ranks[order[i]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/**
 * The ranks of every row by itself: `ranks[block][method]`, 1 for the smallest number of a row.
 *
 * @throws RangeError when the table is not rectangular, is smaller than 2 by 2, or holds NaN.
 */
export function rankRows(rows: readonly ArrayLike<number>[], comparison: Comparison = {}): number[][] {
  checkTable(rows);
  return rows.map((row) => midRanks(row, comparison));
}

/**
 * The mean rank of every method over all blocks, each in [1, k].
 *
 * @example
 * meanRanks([[0.2, 0.1, 0.3], [0.2, 0.1, 0.2]]); // [2.25, 1, 2.75]
 *
 * @throws RangeError when the table is not rectangular, is smaller than 2 by 2, or holds NaN.
 */
export function meanRanks(rows: readonly ArrayLike<number>[], comparison: Comparison = {}): number[] {
  const ranks = rankRows(rows, comparison);
  return ranks[0]!.map((_, j) => ranks.reduce((sum, row) => sum + row[j]!, 0) / ranks.length);
}

/** A number rounded as the comparison has it. */
export function roundTo(value: number, { decimals }: Comparison): number {
  if (decimals === undefined) return value;
  checkCount('decimals', decimals, 0);
  // + 0 makes −0 an ordinary zero.
  return Number(value.toFixed(decimals)) + 0;
}
