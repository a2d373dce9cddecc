import { checkRange } from './check.js';
import { deviance, stirlingError } from './stirling.js';

const TINY = 1e-300;

/**
 * The regularised incomplete beta function `Iₓ(a, b) = ∫₀ˣ tᵃ⁻¹ (1 − t)ᵇ⁻¹ dt / B(a, b)`, for x in [0, 1] and a, b
 * in [1e-3, 1e9]. The relative error is about 1e-13, for small results too. Where x is close to 1, hand over
 * `1 − x` as the caller knows it: the difference alone would have lost its digits.
 *
 * @example
 * regularisedBeta(0.5, 2, 3); // 11/16 = 0.6875
 *
 * @throws RangeError for NaN and for numbers out of range.
 * @see https://dlmf.nist.gov/8.17.E2
 */
export function regularisedBeta(x: number, a: number, b: number, oneMinusX = 1 - x): number {
  checkRange('x', x, 0, 1);
  checkRange('1 − x', oneMinusX, 0, 1);
  checkRange('a', a, 1e-3, 1e9);
  checkRange('b', b, 1e-3, 1e9);
  if (x === 0 || oneMinusX === 0) return x === 0 ? 0 : 1;
  // The continued fraction is fast on its own side of the mean only.
  if (x <= (a + 1) / (a + b + 2)) return Math.min(1, fraction(x, oneMinusX, a, b));
  return 1 - Math.min(1, fraction(oneMinusX, x, b, a));
}

/** `xᵃ yᵇ / B(a, b)`, written so that nothing large cancels. */
function prefix(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y);
  return Math.sqrt(((a / n) * b) / (2 * Math.PI)) * Math.exp(exponent);
}

/**
 * The even part of https://dlmf.nist.gov/8.17.E22, which does not cancel for x close to 1, from the front
 * (modified Lentz). Equation 9 of Didonato and Morris, doi:10.1145/131766.131776
 */
function fraction(x: number, y: number, a: number, b: number): number {
  const ahead = x > y ? (a + b) * y - b : a - (a + b) * x;
  let c = nonZero((a / (a + 1)) * (ahead + 1));
  let d = 1 / c;
  let h = d;
  c = 1 / TINY;
  for (let n = 1; ; n += 1) {
    const numerator = (((a + n - 1) * (a + b + n - 1)) / (a + 2 * n - 1) ** 2) * n * (b - n) * x * x;
    const term =
      n + (n * (b - n) * x) / (a + 2 * n - 1) + ((a + n) / (a + 2 * n + 1)) * (ahead + 1 + n * (1 + y));
    d = 1 / nonZero(numerator * d + term);
    c = nonZero(term + numerator / c);
    h *= c * d;
    if (Math.abs(c * d - 1) < 3e-16) return h * prefix(x, y, a, b);
  }
}

function nonZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
