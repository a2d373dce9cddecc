import { checkFinite } from './check.js';
import { normalCdf } from './normal.js';
import { type Comparison, midRanks, roundTo } from './ranks.js';
import { signedRankTails } from './signed-rank.js';

/**
 * More differences than this are not gone through exactly. The normal approximation is then off by about 1e-4 at
 * most; of a p below 1e-4 it gives the order only.
 */
export const EXACT_DIFFERENCES = 200;

export interface WilcoxonOptions extends Comparison {
  /** What is asked: that differences lie off 0 to either side (default), below 0, or above 0. */
  readonly alternative?: 'two-sided' | 'less' | 'greater';
  /**
   * - `exact` (default): from the permutation distribution of the mid-ranks, ties or not; normal above
   *   {@link EXACT_DIFFERENCES} differences.
   * - `as-r`: what R's `wilcox.test` does: exact with fewer than 50 differences without ties and zeros, otherwise
   *   normal.
   * - `normal`: with continuity correction and with the variance corrected for ties.
   */
  readonly method?: 'exact' | 'as-r' | 'normal';
}

/** What a signed-rank test found. */
export interface Wilcoxon {
  /** V: the sum of the ranks of the positive differences. */
  readonly statistic: number;
  readonly p: number;
  /** Where p came from. */
  readonly method: 'exact' | 'normal';
  /** Differences that were not 0, and those that were; zeros are dropped before ranking. */
  readonly used: number;
  readonly zeros: number;
  readonly ties: boolean;
}

/**
 * Wilcoxon's signed-rank test that paired differences lie around 0. Zeros are dropped, absolute values get
 * mid-ranks, V is the rank sum of the positive ones. An exact two-sided p is `min(1, 2 min(P(V ≤ v), P(V ≥ v)))`;
 * the normal one uses `(v − n (n + 1)/4 ∓ ½) / √(n (n + 1)(2 n + 1)/24 − Σ (t³ − t)/48)`. With zeros only there is
 * nothing to tell apart: V is 0 and p is 1.
 *
 * @example
 * wilcoxonSignedRank([1.1, 2.2, 0.3, 1.4, 2.5]).p; // 0.0625, the smallest of five pairs
 *
 * @throws RangeError for an empty list and for differences that are not finite.
 * @see F. Wilcoxon, Individual comparisons by ranking methods (1945), doi:10.2307/3001968
 * @see https://stat.ethz.ch/R-manual/R-devel/library/stats/html/wilcox.test.html
 */
export function wilcoxonSignedRank(differences: ArrayLike<number>, options: WilcoxonOptions = {}): Wilcoxon {
  checkFinite('differences', differences, 1);
  const { alternative = 'two-sided', method = 'exact' } = options;
  const kept = Array.from(differences, (value) => roundTo(value, options)).filter((value) => value !== 0);
  const zeros = differences.length - kept.length;
  const n = kept.length;
  if (n === 0) return { statistic: 0, p: 1, method: 'exact', used: 0, zeros, ties: false };
  // A difference of rounded numbers has noise in its last bits once more; they are rounded above.
  const ranks = midRanks(kept.map(Math.abs));
  const ties = new Set(ranks).size < n;
  const statistic = ranks.reduce((sum, rank, i) => sum + (kept[i]! > 0 ? rank : 0), 0);
  const exact =
    method === 'as-r' ? n < 50 && !ties && zeros === 0 : method === 'exact' && n <= EXACT_DIFFERENCES;
  const { lower, upper } = exact ? signedRankTails(ranks, statistic) : normalTails(ranks, statistic);
  const p = { less: lower, greater: upper, 'two-sided': Math.min(1, 2 * Math.min(lower, upper)) }[
    alternative
  ];
  return { statistic, p, method: exact ? 'exact' : 'normal', used: n, zeros, ties };
}

/** The variance of V is Σ rᵢ²/4, which is the textbook's formula with its correction for ties. */
function normalTails(ranks: readonly number[], statistic: number): { lower: number; upper: number } {
  const deviation = Math.sqrt(ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4);
  const distance = statistic - (ranks.length * (ranks.length + 1)) / 4;
  return { lower: normalCdf((distance + 0.5) / deviation), upper: normalCdf((0.5 - distance) / deviation) };
}
