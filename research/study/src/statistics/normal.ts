import { checkBetween } from './check.js';
import { gammaP, gammaQ } from './gamma.js';

const LARGEST = Number.POSITIVE_INFINITY;

/**
 * The density of the standard normal distribution, `φ(z) = e^(−z²/2) / √(2π)`, for any z.
 *
 * @example
 * normalDensity(0); // 0.3989422804014327
 */
export function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}

/**
 * The standard normal distribution function `Φ(z) = ½ Q(½, z²/2)` for z ≤ 0, mirrored above; for any z but NaN.
 * Small results are exact to about 1e-14 of themselves; for a small upper tail ask for `normalCdf(-z)`.
 *
 * @example
 * normalCdf(-1.96); // 0.024997895148220435
 *
 * @throws RangeError for NaN.
 * @see https://dlmf.nist.gov/7.11.E2
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) throw new RangeError('z must be a number, got NaN');
  const tail = 0.5 * gammaQ(0.5, 0.5 * z * z);
  return z > 0 ? 1 - tail : tail;
}

/**
 * The quantile of the standard normal distribution: the z with `Φ(z) = p`, for p in [0, 1]; −∞ at 0 and ∞ at 1.
 *
 * Newton's method on functions that are concave, so that it can only walk up to the root: on `ln Φ` in the
 * tails, on `Φ − ½` around the middle where z itself is small.
 *
 * @example
 * normalQuantile(0.975); // 1.959963984540054
 *
 * @throws RangeError for NaN and for p outside [0, 1].
 * @see https://dlmf.nist.gov/7.17
 */
export function normalQuantile(p: number): number {
  if (p === 0 || p === 1) return p === 0 ? -LARGEST : LARGEST;
  checkBetween('p', p, 0, 1);
  if (p === 0.5) return 0;
  if (Math.abs(p - 0.5) < 0.25) return Math.sign(p - 0.5) * central(Math.abs(p - 0.5));
  return p < 0.5 ? lowerTail(p) : -lowerTail(1 - p);
}

function lowerTail(p: number): number {
  let z = -Math.sqrt(-2 * Math.log(p));
  for (let i = 0; i < 100; i += 1) {
    const cdf = normalCdf(z);
    const next = z - (Math.log(cdf / p) * cdf) / normalDensity(z);
    if (Math.abs(next - z) <= 1e-16 * Math.abs(z)) return next;
    z = next;
  }
  return z;
}

function central(area: number): number {
  let z = area / normalDensity(0);
  for (let i = 0; i < 100; i += 1) {
    const next = z - (0.5 * gammaP(0.5, 0.5 * z * z) - area) / normalDensity(z);
    if (Math.abs(next - z) <= 1e-16 * z) return next;
    z = next;
  }
  return z;
}
