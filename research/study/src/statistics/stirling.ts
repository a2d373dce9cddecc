/**
 * What Stirling's formula leaves out: `ln Γ(a) − (a − ½) ln a + a − ½ ln 2π`, for a > 0.
 *
 * Below 16 the recurrence `S(a) = S(a + 1) + (a + ½) ln(1 + 1/a) − 1` leads to where the asymptotic series is
 * exact to the last bit.
 *
 * @see https://dlmf.nist.gov/5.11.E1
 */
export function stirlingError(a: number): number {
  let sum = 0;
  let at = a;
  for (; at < 16; at += 1) sum += (at + 0.5) * Math.log1p(1 / at) - 1;
  const square = 1 / (at * at);
  const series =
    1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square * (1 / 1188))));
  return sum + series / at;
}

/**
 * The deviance of a count from its mean, `a ln(a / m) + m − a`, for a > 0 and m ≥ 0, without cancellation where
 * the two are close: with v = (a − m) / (a + m), `ln(a / m) = 2 artanh v`.
 *
 * @see C. Loader, Fast and Accurate Computation of Binomial Probabilities (2000)
 */
export function deviance(a: number, m: number): number {
  if (Math.abs(a - m) > 0.1 * (a + m)) return a * Math.log(a / m) + m - a;
  const v = (a - m) / (a + m);
  let sum = (a - m) * v;
  let power = 2 * a * v;
  for (let j = 3; ; j += 2) {
    power *= v * v;
    const next = sum + power / j;
    if (next === sum) return next;
    sum = next;
  }
}
