import { cube } from './cube.js';
import { ease, type Ramp } from './ramp.js';
import type { Schedule } from './schedule.js';

/**
 * The schedule of Vos et al. 2025, slow first and fast last:
 * `from + (to − from)·p³` with `p = (position − start) / (end − start)`.
 *
 * 0 before `start`, where it jumps to `from`; `to` from `end` on. The paper counts epochs from 1, its program
 * from 0: the position is whatever the caller counts.
 *
 * @throws TypeError when a field is no number
 * @throws RangeError when a sparsity lies outside [0, 1], `from` exceeds `to`, or `end` is not after `start`
 * @see https://arxiv.org/abs/2508.09330
 *
 * @example
 * ```ts
 * import { synapticRamp } from '@synaprune/core';
 *
 * const schedule = synapticRamp({ from: 0.3, to: 0.7, start: 2, end: 20 });
 * console.log(schedule(1), schedule(2), schedule(11), schedule(20)); // 0 0.3 0.35 0.7
 * ```
 */
export function synapticRamp(ramp: Ramp): Schedule {
  return ease('synapticRamp', ramp, cube);
}
