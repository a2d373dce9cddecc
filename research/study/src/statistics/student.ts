import { regularisedBeta } from './beta.js';
import { checkBetween, checkRange } from './check.js';
import { findRoot } from './root.js';

/**
 * P(T ≤ t) for Student's t with `degrees` of freedom in [1, 1e9] and any t:
 * `½ I_w(degrees/2, ½)` for t ≤ 0 with `w = degrees / (degrees + t²)`, mirrored above. Small results are exact to
 * about 1e-13 of themselves; for a small upper tail ask for `studentCdf(-t, degrees)`.
 *
 * @example
 * studentCdf(-2.2621571628, 9); // 0.025
 *
 * @throws RangeError for NaN and for degrees out of range.
 * @see https://dlmf.nist.gov/8.17.E2
 */
export function studentCdf(t: number, degrees: number): number {
  const tail = 0.5 * outside(t, degrees);
  return t > 0 ? 1 - tail : tail;
}

/**
 * The quantile of Student's t: the t with `P(T ≤ t) = p`, for p in (0, 1) and `degrees` of freedom in [1, 1e9].
 *
 * @example
 * studentQuantile(0.975, 9); // 2.2621571627...
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see https://dlmf.nist.gov/8.17.E2
 */
export function studentQuantile(p: number, degrees: number): number {
  checkBetween('p', p, 0, 1);
  checkRange('degrees of freedom', degrees, 1, 1e9);
  if (p === 0.5) return 0;
  // 1 − p is exact from ½ on, and so is p − ½ near ½; each root is taken where it keeps its digits.
  const tail = p < 0.5 ? p : 1 - p;
  const area = 2 * Math.abs(p - 0.5);
  const miss =
    tail < 0.25
      ? (t: number) => Math.log(2 * tail) - Math.log(outside(t, degrees))
      : (t: number) => Math.log(inside(t, degrees)) - Math.log(area);
  let low = 1;
  let high = 1;
  while (miss(low) > 0) low /= 16;
  while (miss(high) < 0) high *= 16;
  const t = low === high ? low : Math.exp(findRoot((u) => miss(Math.exp(u)), Math.log(low), Math.log(high)));
  return p < 0.5 ? -t : t;
}

/** P(|T| ≥ |t|). */
function outside(t: number, degrees: number): number {
  checkRange('t', t, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
  checkRange('degrees of freedom', degrees, 1, 1e9);
  const ratio = (t / degrees) * t;
  if (ratio === Number.POSITIVE_INFINITY) return 0;
  return regularisedBeta(1 / (1 + ratio), degrees / 2, 0.5, ratio / (1 + ratio));
}

/** P(|T| < |t|). */
function inside(t: number, degrees: number): number {
  const ratio = (t / degrees) * t;
  return regularisedBeta(ratio / (1 + ratio), 0.5, degrees / 2, 1 / (1 + ratio));
}
