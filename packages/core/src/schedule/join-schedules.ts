import { describe } from '../checks/legible.js';
import { requireFinite, requireOptions } from '../checks/require.js';
import { type Schedule, withEnd } from './schedule.js';

/**
 * Schedules one after the other: the first before the first of `at`, the second from there on, and so on. All of them
 * see the same position, so a ramp's `start` and `end` are where they are without the others. Masks only grow sparser:
 * a later schedule that asks for less changes nothing until it asks for more.
 *
 * @param options.schedules at least one
 * @param options.at where each but the first begins, ascending: one fewer than there are schedules
 * @throws TypeError | RangeError when it is otherwise
 *
 * @example
 * ```ts
 * import { joinSchedules, linearRamp } from '@synaprune/core';
 *
 * const schedule = joinSchedules({
 *   schedules: [
 *     linearRamp({ from: 0, to: 0.5, start: 0, end: 10 }),
 *     linearRamp({ from: 0.5, to: 0.75, start: 20, end: 30 }),
 *   ],
 *   at: [20],
 * });
 * console.log(schedule(5), schedule(15), schedule(30)); // 0.25 0.5 0.75
 * ```
 */
export function joinSchedules(options: {
  readonly schedules: readonly Schedule[];
  readonly at: readonly number[];
}): Schedule {
  requireOptions('joinSchedules', '', options, ['schedules', 'at']);
  const { schedules, at } = options;
  if (
    !Array.isArray(schedules) ||
    schedules.length === 0 ||
    !schedules.every((one) => typeof one === 'function')
  ) {
    throw new TypeError(
      `joinSchedules needs schedules to be a list of functions, got ${describe(schedules)}`,
    );
  }
  if (!Array.isArray(at) || at.length !== schedules.length - 1) {
    throw new TypeError(
      `joinSchedules needs at to be a list of ${schedules.length - 1} positions for ${schedules.length} schedules, got ${describe(at)}`,
    );
  }
  for (const [i, position] of at.entries()) {
    requireFinite('joinSchedules', `at[${i}]`, position);
    if (position <= (at[i - 1] ?? Number.NEGATIVE_INFINITY)) {
      throw new RangeError(`joinSchedules needs at to ascend, got ${at.join(', ')}`);
    }
  }
  const own: readonly Schedule[] = [...schedules];
  const starts: readonly number[] = [...at];
  const last = own.at(-1)!;
  const sparsityAt = (position: number): number => {
    const passed = starts.filter((start) => position >= start).length;
    return own[passed]!(position);
  };
  if (last.to === undefined) return sparsityAt;
  const ends = [last.end, starts.at(-1)].filter((end) => end !== undefined);
  return withEnd(sparsityAt, ends.length === 0 ? { to: last.to } : { to: last.to, end: Math.max(...ends) });
}
