import { type ExactFriedman, exactFriedman } from './friedman-exact.js';
import { type Comparison, rankRows } from './ranks.js';
import { chiSquareTail, fTail } from './tails.js';

/** What a Friedman test found. */
export interface Friedman {
  /** n: rows of the table. */
  readonly blocks: number;
  /** k: columns of the table. */
  readonly methods: number;
  /** Of every method over the blocks, 1 is best where small numbers are good. */
  readonly meanRanks: readonly number[];
  /** χ², corrected for ties, and its approximate p with k − 1 degrees of freedom. */
  readonly chiSquare: { readonly statistic: number; readonly degrees: number; readonly p: number };
  /** Under all permutations of the ranks of each block as they are, ties included. */
  readonly exact: ExactFriedman;
  /** F = (n − 1) χ² / (n (k − 1) − χ²); Infinity with p 0 where all blocks agree. */
  readonly imanDavenport: {
    readonly statistic: number;
    readonly degrees: readonly [number, number];
    readonly p: number;
  };
  /** W = χ² / (n (k − 1)): 0 where the blocks do not agree at all, 1 where they agree wholly. */
  readonly kendallW: number;
}

/**
 * Friedman's test that k methods measured in the same n blocks do not differ: `rows[block][method]`. With rank
 * sums `Rⱼ`, `A = Σⱼ (Rⱼ − n (k + 1)/2)²` and `C = Σᵢⱼ (rᵢⱼ − (k + 1)/2)²`:
 *
 * `χ² = (k − 1) A / C`, `F = (n − 1) A / (n C − A)`, `W = A / (n C)`
 *
 * C is `n k (k² − 1)/12` less what ties take away, which is the usual correction. Blocks must be independent of
 * one another: the input lengths of one series are not.
 *
 * @example
 * friedman([[1, 2, 3], [1, 3, 2], [1, 2, 3], [1, 2, 3], [2, 1, 3], [1, 2, 3]]).exact.p; // 0.0119598765
 *
 * @throws RangeError when the table is not rectangular, is smaller than 2 by 2, holds NaN, or has no block with
 * two different numbers.
 * @see M. Friedman, The use of ranks to avoid the assumption of normality (1937), doi:10.2307/2279372
 * @see R. L. Iman, J. M. Davenport, Approximations of the critical region of the Friedman statistic (1980)
 * @see J. Demšar, Statistical comparisons of classifiers over multiple data sets (2006),
 * https://jmlr.org/papers/v7/demsar06a.html
 */
export function friedman(rows: readonly ArrayLike<number>[], comparison: Comparison = {}): Friedman {
  const ranks = rankRows(rows, comparison);
  const n = ranks.length;
  const k = ranks[0]!.length;
  const middle = (k + 1) / 2;
  // Halves and their squares: both sums are exact.
  const sums = ranks[0]!.map((_, j) => ranks.reduce((sum, row) => sum + row[j]!, 0));
  const a = sums.reduce((sum, rank) => sum + (rank - n * middle) ** 2, 0);
  const c = ranks.flat().reduce((sum, rank) => sum + (rank - middle) ** 2, 0);
  if (c === 0) throw new RangeError('at least one block must hold two different numbers, got ties only');
  const chiSquare = ((k - 1) * a) / c;
  const f = ((n - 1) * a) / (n * c - a);
  const degrees = [k - 1, (k - 1) * (n - 1)] as const;
  return {
    blocks: n,
    methods: k,
    meanRanks: sums.map((sum) => sum / n),
    chiSquare: { statistic: chiSquare, degrees: k - 1, p: chiSquareTail(chiSquare, k - 1) },
    exact: exactFriedman(ranks),
    imanDavenport: { statistic: f, degrees, p: fTail(f, ...degrees) },
    kendallW: a / (n * c),
  };
}
