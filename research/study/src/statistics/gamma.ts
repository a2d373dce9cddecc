import { checkRange } from './check.js';
import { deviance, stirlingError } from './stirling.js';

const TINY = 1e-300;

/**
 * The regularised incomplete gamma function `P(a, x) = γ(a, x) / Γ(a)`, for a in [1e-3, 1e9] and x in [0, ∞].
 * The relative error is about 1e-14, for small results too.
 *
 * @example
 * gammaP(1, 2); // 1 − e⁻² = 0.8646647167633873
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see https://dlmf.nist.gov/8.2.E4
 */
export function gammaP(a: number, x: number): number {
  check(a, x);
  return x < a + 1 ? series(a, x) : 1 - fraction(a, x);
}

/**
 * The other side, `Q(a, x) = 1 − P(a, x)`, with small results exact to about 1e-14 of themselves.
 *
 * @example
 * gammaQ(1, 30); // e⁻³⁰ = 9.357622968840175e-14
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see https://dlmf.nist.gov/8.2.E4
 */
export function gammaQ(a: number, x: number): number {
  check(a, x);
  return x < a + 1 ? 1 - series(a, x) : fraction(a, x);
}

function check(a: number, x: number): void {
  checkRange('the shape a', a, 1e-3, 1e9);
  checkRange('x', x, 0, Number.POSITIVE_INFINITY);
}

/** `xᵃ e⁻ˣ / Γ(a)`, written so that nothing large cancels. */
function prefix(a: number, x: number): number {
  return Math.sqrt(a / (2 * Math.PI)) * Math.exp(-stirlingError(a) - deviance(a, x));
}

/** https://dlmf.nist.gov/8.11.E4 */
function series(a: number, x: number): number {
  if (x === 0) return 0;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; term > sum * 1e-17; n += 1) {
    term *= x / (a + n);
    sum += term;
  }
  return Math.min(1, sum * prefix(a, x));
}

/** The even part of https://dlmf.nist.gov/8.9.E2, from the front (modified Lentz). */
function fraction(a: number, x: number): number {
  if (x === Number.POSITIVE_INFINITY) return 0;
  let b = x + 1 - a;
  let c = 1 / TINY;
  let d = 1 / b;
  let h = d;
  for (let n = 1; ; n += 1) {
    const numerator = -n * (n - a);
    b += 2;
    d = 1 / nonZero(numerator * d + b);
    c = nonZero(b + numerator / c);
    h *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) return Math.min(1, h * prefix(a, x));
  }
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
