import { ease, type Ramp } from './ramp.js';
import type { Schedule } from './schedule.js';

/**
 * Half a cosine, slow at both ends: `from + (to − from)·(1 − cos πp) / 2` with
 * `p = (position − start) / (end − start)`. 0 before `start`, `to` from `end` on.
 *
 * @throws TypeError | RangeError as {@link synapticRamp}
 *
 * @example
 * ```ts
 * import { cosineRamp } from '@synaprune/core';
 *
 * console.log(cosineRamp({ from: 0, to: 0.5, start: 0, end: 10 })(5).toFixed(3)); // 0.250
 * ```
 */
export function cosineRamp(ramp: Ramp): Schedule {
  return ease('cosineRamp', ramp, (p) => (1 - Math.cos(Math.PI * p)) / 2);
}
