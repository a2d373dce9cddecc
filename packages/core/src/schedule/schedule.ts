/**
 * How much to prune at a position: a pure function from what the caller counts (steps, epochs, fractions of
 * one) to a sparsity, the fraction of zeros among all prunable elements, in [0, 1]. Any closure will do.
 *
 * Schedules that end say so, so that a report can tell when the end was not reached: the ramps and `oneShot` carry
 * `end` and `to`, `constantSparsity` carries `to` alone, which holds everywhere. A closure may be given both.
 *
 * @example
 * ```ts
 * import type { Schedule } from '@synaprune/core';
 *
 * const everyTenth: Schedule = (step) => Math.min(0.9, Math.floor(step / 10) * 0.1);
 * console.log(everyTenth(25)); // 0.2
 * ```
 */
export interface Schedule {
  (position: number): number;
  /** Position from which on the sparsity is {@link Schedule.to}. */
  readonly end?: number;
  /** Sparsity at `end` and ever after. */
  readonly to?: number;
}

/** A schedule that says where it ends; frozen, because whoever holds it may read it. */
export function withEnd(
  sparsityAt: (position: number) => number,
  ending: { readonly end?: number; readonly to: number },
): Schedule {
  return Object.freeze(Object.assign(sparsityAt, ending));
}
