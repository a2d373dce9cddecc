import { checkBetween, checkCount, checkRange } from './check.js';
import { normalCdf, normalDensity } from './normal.js';
import { findRoot } from './root.js';

/** The trapezoidal rule on a smooth integrand with Gaussian ends: at 1/16 its error is far below the last bit. */
const STEP = 1 / 16;

/**
 * P(Q ≥ q) for the range Q of `groups` independent standard normal numbers (the studentized range with infinite
 * degrees of freedom), for q in [0, ∞] and 2 to 1000 groups:
 *
 * `k ∫ φ(z) [Φ(z)ᵏ⁻¹ − (Φ(z) − Φ(z − q))ᵏ⁻¹] dz`
 *
 * The difference of powers is formed without cancellation, so that a small result is exact to about 1e-13 of
 * itself. R's `ptukey(lower.tail = FALSE)` subtracts from 1 and has no digits below 1e-14 or so.
 *
 * @example
 * studentizedRangeTail(3.314493, 3); // 0.05
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see H. L. Harter, Tables of range and studentized range (1960), doi:10.1214/aoms/1177705684
 */
export function studentizedRangeTail(q: number, groups: number): number {
  checkRange('q', q, 0, Number.POSITIVE_INFINITY);
  checkCount('the number of groups', groups, 2);
  checkRange('the number of groups', groups, 2, 1000);
  if (q > 74) return 0; // less than the smallest double
  let sum = 0;
  const steps = Math.ceil((q / 2 + 24) / STEP);
  for (let i = 0; i <= steps; i += 1) {
    const z = -12 + i * STEP;
    const below = normalCdf(z);
    const out = Math.min(1, normalCdf(z - q) / below);
    const power = (groups - 1) * logCdf(z, below);
    sum -= normalDensity(z) * Math.exp(power) * Math.expm1((groups - 1) * Math.log1p(-out));
  }
  return Math.min(1, groups * STEP * sum);
}

/**
 * The q with `P(Q ≥ q) = tail`, for tail in (0, 1) and 2 to 1000 groups. `studentizedRangeQuantile(0.05, k)` is
 * R's `qtukey(0.95, k, Inf)`.
 *
 * @example
 * studentizedRangeQuantile(0.05, 4) / Math.SQRT2; // 2.5690322...
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see H. L. Harter, Tables of range and studentized range (1960), doi:10.1214/aoms/1177705684
 */
export function studentizedRangeQuantile(tail: number, groups: number): number {
  checkBetween('the tail', tail, 0, 1);
  const miss = (q: number) => Math.log(studentizedRangeTail(q, groups) / tail);
  let high = 4;
  while (miss(high) > 0) high *= 1.5;
  return findRoot(miss, 0, high);
}

/** ln Φ(z), with the digits of 1 − Φ(z) above 0. */
function logCdf(z: number, below: number): number {
  return z > 0 ? Math.log1p(-normalCdf(-z)) : Math.log(below);
}
