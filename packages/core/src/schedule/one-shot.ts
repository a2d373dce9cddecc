import { requireFinite, requireFraction, requireOptions } from '../checks/require.js';
import { type Schedule, withEnd } from './schedule.js';

/**
 * Everything at once: 0 before `at`, `to` from `at` on.
 *
 * @throws TypeError when a field is no number
 * @throws RangeError when `to` lies outside [0, 1] or `at` is not finite
 *
 * @example
 * ```ts
 * import { oneShot } from '@synaprune/core';
 *
 * const schedule = oneShot({ to: 0.7, at: 10 });
 * console.log(schedule(9), schedule(10)); // 0 0.7
 * ```
 */
export function oneShot(options: { readonly to: number; readonly at: number }): Schedule {
  requireOptions('oneShot', '', options, ['to', 'at']);
  const { to, at } = options;
  requireFraction('oneShot', 'to', to);
  requireFinite('oneShot', 'at', at);
  return withEnd((position) => (position < at ? 0 : to), { end: at, to });
}
