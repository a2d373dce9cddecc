import { regularisedBeta } from './beta.js';
import { checkRange } from './check.js';
import { gammaQ } from './gamma.js';

/**
 * P(X ≥ x) for chi-square with `degrees` of freedom in [1, 1e9] and x in [0, ∞]: `Q(degrees/2, x/2)`.
 *
 * @example
 * chiSquareTail(7.6, 3); // 0.05503...
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see https://dlmf.nist.gov/8.2.E4
 */
export function chiSquareTail(x: number, degrees: number): number {
  checkRange('x', x, 0, Number.POSITIVE_INFINITY);
  checkRange('degrees of freedom', degrees, 1, 1e9);
  return gammaQ(degrees / 2, x / 2);
}

/**
 * P(X ≥ x) for Fisher's F with degrees of freedom in [1, 1e9] and x in [0, ∞]: `I_w(second/2, first/2)` where
 * `w = second / (second + first · x)`.
 *
 * @example
 * fTail(0.0541871921, 3, 33); // 0.98309...
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see https://dlmf.nist.gov/8.17.E2
 */
export function fTail(x: number, first: number, second: number): number {
  checkRange('x', x, 0, Number.POSITIVE_INFINITY);
  checkRange('first degrees of freedom', first, 1, 1e9);
  checkRange('second degrees of freedom', second, 1, 1e9);
  const ratio = (first * x) / second;
  if (ratio === Number.POSITIVE_INFINITY) return 0;
  return regularisedBeta(1 / (1 + ratio), second / 2, first / 2, ratio / (1 + ratio));
}
