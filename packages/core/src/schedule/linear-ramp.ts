import { ease, type Ramp } from './ramp.js';
import type { Schedule } from './schedule.js';

/**
 * A straight line: `from + (to − from)·p` with `p = (position − start) / (end − start)`. 0 before `start`,
 * `to` from `end` on.
 *
 * @throws TypeError | RangeError as {@link synapticRamp}
 *
 * @example
 * ```ts
 * import { linearRamp } from '@synaprune/core';
 *
 * console.log(linearRamp({ from: 0, to: 0.5, start: 0, end: 10 })(5)); // 0.25
 * ```
 */
export function linearRamp(ramp: Ramp): Schedule {
  return ease('linearRamp', ramp, (p) => p);
}
