import { checkBetween, checkFinite } from './check.js';
import { type Interval, meanInterval } from './paired.js';
import { studentCdf } from './student.js';

/** Whether a mean lies between two bounds: two one-sided tests. */
export interface Equivalence {
  /** Of "the mean is not above the lower bound", and of "the mean is not below the upper one". */
  readonly pLow: number;
  readonly pHigh: number;
  /** The larger of the two: equivalence is shown when it is below the level. */
  readonly p: number;
  readonly degrees: number;
}

/**
 * Two one-sided t-tests (TOST) of whether the mean of independent values lies strictly between two bounds:
 * `t = (x̄ − bound) √n / s` on n − 1 degrees, the upper tail at the lower bound and the lower tail at the upper one.
 * A p below .05 shows it with 95 % confidence; a p above shows nothing, a difference least of all.
 *
 * @example
 * equivalence([0.1, -0.1, 0.2, 0], { low: -1, high: 1 }).p; // 0.000340...
 *
 * @throws RangeError for fewer than two values, for values that are not finite, and for bounds out of order.
 * @see D. J. Schuirmann, A comparison of the two one-sided tests procedure and the power approach (1987), doi:10.1007/BF01068419
 */
export function equivalence(values: ArrayLike<number>, { low, high }: Interval): Equivalence {
  checkFinite('values', values, 2);
  if (!(low < high)) throw new RangeError(`bounds must be low < high, got ${low} and ${high}`);
  const { mean, standardDeviation, count } = meanInterval(values);
  const degrees = count - 1;
  const error = standardDeviation! / Math.sqrt(count);
  // P(T ≥ difference / error). Values that are all alike have no error, and leave no doubt but at the bound itself.
  const tail = (difference: number) => {
    if (error > 0) return studentCdf(-difference / error, degrees);
    return difference > 0 ? 0 : difference < 0 ? 1 : 0.5;
  };
  const [pLow, pHigh] = [tail(mean - low), tail(high - mean)];
  return { pLow, pHigh, p: Math.max(pLow, pHigh), degrees };
}

/**
 * The interval that two one-sided tests at `1 − confidence` leave: Student's interval of level `2 · confidence − 1`. The
 * mean is shown to lie between bounds, at that confidence, exactly when they hold this interval, so the smallest bounds
 * that can be claimed are its ends. `null` for one value.
 *
 * @example
 * equivalenceInterval([1, 2, 3], 0.95); // { low: 0.3141..., high: 3.6858... }, Student's 90 % interval
 *
 * @throws RangeError for an empty list, for values that are not finite, and for a confidence outside (½, 1).
 */
export function equivalenceInterval(values: ArrayLike<number>, confidence = 0.95): Interval | null {
  checkBetween('confidence', confidence, 0.5, 1);
  return meanInterval(values, 2 * confidence - 1).interval;
}
