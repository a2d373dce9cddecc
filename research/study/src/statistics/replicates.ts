import { checkBetween, checkFinite, checkRange } from './check.js';
import { normalCdf, normalQuantile } from './normal.js';
import type { Interval } from './paired.js';

/**
 * The value below which a share of the values lies, straight lines between neighbours (R's type 7), for a share
 * in [0, 1].
 *
 * @example
 * quantile([1, 2, 4], 0.25); // 1.5
 *
 * @throws RangeError for an empty list, for values that are not finite, and for a share out of range.
 * @see R. J. Hyndman, Y. Fan, Sample quantiles in statistical packages (1996), doi:10.2307/2684934
 */
export function quantile(values: ArrayLike<number>, share: number): number {
  checkFinite('values', values, 1);
  checkRange('share', share, 0, 1);
  const sorted = Float64Array.from(values).sort();
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const next = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return sorted[below]! + (place - below) * (next - sorted[below]!);
}

/**
 * The middle part of the bootstrap's replicates, from share `(1 − level)/2` to `(1 + level)/2`.
 *
 * @example
 * percentileInterval([1, 2, 3, 4, 5], 0.5); // { low: 2, high: 4 }
 *
 * @throws RangeError for no replicates, for values that are not finite, and for a level outside (0, 1).
 * @see B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapter 13
 */
export function percentileInterval(replicates: ArrayLike<number>, level: number): Interval {
  checkBetween('level', level, 0, 1);
  return { low: quantile(replicates, (1 - level) / 2), high: quantile(replicates, (1 + level) / 2) };
}

/**
 * The bias-corrected and accelerated interval. With `z₀` the normal quantile of the share of replicates below what
 * was observed (equal ones count half) and the acceleration `a = Σ lᵢ³ / (6 (Σ lᵢ²)^1.5)`, `lᵢ` the mean of the
 * statistic without each item in turn (`jackknife`) less each of them, the ends are at shares
 * `Φ(z₀ + (z₀ + z) / (1 − a (z₀ + z)))`, z the normal quantiles of `(1 ∓ level)/2`.
 *
 * @example
 * bcaInterval([1, 2, 3, 4, 5], 3, [2, 3, 4], 0.5); // no bias, no skew: { low: 2, high: 4 }
 *
 * @throws RangeError for empty lists, for values that are not finite, for a level outside (0, 1), and where all
 * replicates lie on one side of what was observed, so that the bias is infinite.
 * @see B. Efron, Better bootstrap confidence intervals (1987), doi:10.2307/2289144
 */
export function bcaInterval(
  replicates: ArrayLike<number>,
  observed: number,
  jackknife: ArrayLike<number>,
  level: number,
): Interval {
  checkBetween('level', level, 0, 1);
  checkFinite('the observed value', [observed], 1);
  checkFinite('replicates', replicates, 1);
  checkFinite('jackknife', jackknife, 2);
  const below = Array.from(replicates, (r) => (r < observed ? 1 : r === observed ? 0.5 : 0)).reduce<number>(
    (sum, count) => sum + count,
    0,
  );
  if (below === 0 || below === replicates.length) {
    throw new RangeError(
      `the observed value must lie among the replicates, got ${observed} on one side of all`,
    );
  }
  const bias = normalQuantile(below / replicates.length);
  const a = acceleration(Array.from(jackknife));
  const share = (z: number) => normalCdf(bias + (bias + z) / (1 - a * (bias + z)));
  const z = normalQuantile((1 + level) / 2);
  return { low: quantile(replicates, share(-z)), high: quantile(replicates, share(z)) };
}

function acceleration(jackknife: readonly number[]): number {
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  const squares = jackknife.reduce((sum, value) => sum + (mean - value) ** 2, 0);
  const cubes = jackknife.reduce((sum, value) => sum + (mean - value) ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}
