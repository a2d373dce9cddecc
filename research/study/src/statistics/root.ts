/**
 * The place in [low, high] where a continuous function is 0, to the last bits; the function must have different
 * signs at the two ends. Inverse quadratic steps where they are safe, halving otherwise, so that it always ends.
 *
 * @example
 * findRoot((x) => x * x - 2, 0, 2); // 1.414213562373095
 *
 * @throws RangeError when the signs at the ends are equal, or one is NaN.
 * @see T. R. Chandrupatla, A new hybrid quadratic/bisection algorithm (1997), doi:10.1016/s0965-9978(96)00051-8
 */
export function findRoot(f: (x: number) => number, low: number, high: number): number {
  let [a, b] = [high, low];
  let [fa, fb] = [f(high), f(low)];
  if (!(fa <= 0 && fb >= 0) && !(fa >= 0 && fb <= 0)) {
    throw new RangeError(`the function must change sign between ${low} and ${high}, got ${fb} and ${fa}`);
  }
  let step = 0.5;
  for (;;) {
    const x = a + step * (b - a);
    const fx = f(x);
    let [c, fc] = [b, fb];
    if (fx > 0 === fa > 0) [c, fc] = [a, fa];
    else [b, fb] = [a, fa];
    [a, fa] = [x, fx];
    const best = Math.abs(fa) < Math.abs(fb) ? a : b;
    const tolerance = 2 ** -52 * Math.abs(best) + Number.MIN_VALUE;
    const share = tolerance / Math.abs(b - a);
    if (share > 0.5 || fa === 0 || fb === 0) return fb === 0 && fa !== 0 ? b : best;
    const xi = (a - b) / (c - b);
    const phi = (fa - fb) / (fc - fb);
    const safe = phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi;
    const quadratic =
      (fa / (fb - fa)) * (fc / (fb - fc)) + ((c - a) / (b - a)) * (fa / (fc - fa)) * (fb / (fc - fb));
    step = Math.min(1 - share, Math.max(share, safe ? quadratic : 0.5));
  }
}
