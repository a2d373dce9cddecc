import { checkBetween, checkFinite } from './check.js';
import { meanInterval } from './paired.js';
import { studentQuantile } from './student.js';

/** More than anybody runs. */
const MOST = 1e6;

/**
 * How many independent values, spread as these are, a t-test takes to tell a mean of `difference` from 0: the least n with
 * `n ≥ ((t_{1 − α/2} + t_{power}) · s / difference)²`, both quantiles on n − 1 degrees, α = .05 on both sides. Agrees
 * with exact power (the noncentral t) to one value. To be asked before running, of what was seen so far; `null` where a
 * million would not do.
 *
 * @example
 * valuesToTell([-1, 1], 1.4142135); // 10, the n of an effect of one standard deviation
 *
 * @throws RangeError for fewer than two values, for values that are not finite, for a difference not above 0, and for a
 *   power outside (½, 1).
 * @see J. Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), table 2.4.1
 */
export function valuesToTell(values: ArrayLike<number>, difference: number, power = 0.8): number | null {
  checkFinite('values', values, 2);
  checkBetween('power', power, 0.5, 1);
  if (!(difference > 0)) throw new RangeError(`difference must be above 0, got ${difference}`);
  const { standardDeviation } = meanInterval(values);
  const wanted = (n: number) =>
    (((studentQuantile(0.975, n - 1) + studentQuantile(power, n - 1)) * standardDeviation!) / difference) **
    2;
  // The more there are, the fewer are wanted.
  let [less, enough] = [1, 2];
  while (enough < wanted(enough)) {
    if (enough >= MOST) return null;
    [less, enough] = [enough, 2 * enough];
  }
  while (enough - less > 1) {
    const middle = Math.floor((less + enough) / 2);
    if (middle < wanted(middle)) less = middle;
    else enough = middle;
  }
  return enough;
}
