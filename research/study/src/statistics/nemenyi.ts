import { checkBetween, checkCount } from './check.js';
import { type Comparison, meanRanks } from './ranks.js';
import { studentizedRangeQuantile, studentizedRangeTail } from './studentized-range.js';

/** Two methods, by their columns, and the p of their difference, corrected for all pairs. */
export interface PairP {
  readonly first: number;
  readonly second: number;
  readonly p: number;
}

/**
 * How far apart the mean ranks of two of k methods over n blocks must be to differ at level alpha (Nemenyi):
 *
 * `CD = q(alpha, k, ∞) / √2 · √(k (k + 1) / (6 n))`
 *
 * for k in 2 … 1000, n ≥ 1 and alpha in (0, 1).
 *
 * @example
 * criticalDifference(4, 6); // 1.9148...
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see J. Demšar (2006), section 3.2.2, https://jmlr.org/papers/v7/demsar06a.html
 */
export function criticalDifference(methods: number, blocks: number, alpha = 0.05): number {
  checkCount('the number of blocks', blocks, 1);
  checkBetween('alpha', alpha, 0, 1);
  return (studentizedRangeQuantile(alpha, methods) / Math.SQRT2) * rankError(methods, blocks);
}

/**
 * Nemenyi's comparison of all pairs of methods: `rows[block][method]`, pairs in the order 0-1, 0-2, …, 1-2, ….
 * The p of a pair is that of a range of k normal numbers, `P(Q ≥ √2 |R̄ᵢ − R̄ⱼ| / √(k (k + 1) / (6 n)))`, and so is
 * already corrected for all pairs.
 *
 * @example
 * nemenyi([[1, 2, 3], [1, 2, 3], [1, 2, 3]])[1]; // { first: 0, second: 2, p: 0.0378... }
 *
 * @throws RangeError when the table is not rectangular, is smaller than 2 by 2, or holds NaN.
 * @see P. B. Nemenyi, Distribution-free multiple comparisons (1963)
 */
export function nemenyi(rows: readonly ArrayLike<number>[], comparison: Comparison = {}): PairP[] {
  const ranks = meanRanks(rows, comparison);
  const error = rankError(ranks.length, rows.length);
  const pairs: PairP[] = [];
  for (let first = 0; first < ranks.length; first += 1) {
    for (let second = first + 1; second < ranks.length; second += 1) {
      const distance = (Math.SQRT2 * Math.abs(ranks[first]! - ranks[second]!)) / error;
      pairs.push({ first, second, p: studentizedRangeTail(distance, ranks.length) });
    }
  }
  return pairs;
}

function rankError(methods: number, blocks: number): number {
  return Math.sqrt((methods * (methods + 1)) / (6 * blocks));
}
