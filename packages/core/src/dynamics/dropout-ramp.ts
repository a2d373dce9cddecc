import { describe } from '../checks/legible.js';
import { requireFraction } from '../checks/require.js';
import type { Schedule } from '../schedule/schedule.js';
import { synapticRamp } from '../schedule/synaptic-ramp.js';

/** How the sparsity that stands in dropout's place gets to where it is to be. */
export interface DropoutRamp {
  /** Sparsity to come to, in [0, 1]: the plain mean of the rates that have effect, unless told. */
  readonly sparsity?: number;
  /** Sparsity at `start`, at most {@link DropoutRamp.sparsity}; 0 unless told. */
  readonly from?: number;
  /** First position that prunes; 0 unless told. Positions are epochs or steps, as the door that prunes counts them. */
  readonly start?: number;
  /** Position at which the sparsity is reached. In epochs 20 unless told, as in the paper. */
  readonly end?: number;
  /** What makes a schedule of these four: `synapticRamp` unless told. */
  readonly ramp?: (ramp: {
    readonly from: number;
    readonly to: number;
    readonly start: number;
    readonly end: number;
  }) => Schedule;
}

/** What options of a `replaceDropout` may hold for the ramp, and what it has in place of words of elsewhere. */
export const DROPOUT_RAMP: readonly string[] = ['sparsity', 'from', 'start', 'end', 'ramp'];
export const DROPOUT_RAMP_ELSEWHERE: Readonly<Record<string, string>> = {
  schedule: 'it is ramp: what makes one of { from, to, start, end }',
  to: 'it is sparsity',
};

/**
 * The schedule that stands in dropout's place, for adapters: to the plain mean of the rates, unless a sparsity is told.
 *
 * @param rates of the dropout that has effect; at least one
 * @returns the schedule, and what it does in words: `sparsity 0.4, the mean of its rate, from epoch 0 to epoch 20`
 * @throws TypeError | RangeError when the ramp is none
 *
 * @example
 * ```ts
 * import { scheduleFromDropout } from '@synaprune/core/methods';
 *
 * const { sparsity, text } = scheduleFromDropout('replaceDropout', [0.5, 0.3], { end: 10 }, 'epoch');
 * console.log(sparsity, text); // 0.4 sparsity 0.4, the mean of their rates, from epoch 0 to epoch 10
 * ```
 */
export function scheduleFromDropout(
  caller: string,
  rates: readonly number[],
  { sparsity: asked, from = 0, start = 0, end = 20, ramp = synapticRamp }: DropoutRamp,
  unit: 'epoch' | 'step',
): { readonly sparsity: number; readonly schedule: Schedule; readonly text: string } {
  const sparsity = asked ?? rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  requireFraction(caller, 'sparsity', sparsity);
  if (typeof ramp !== 'function') {
    throw new TypeError(`${caller} needs ramp to be a function, as linearRamp is one, got ${describe(ramp)}`);
  }
  const schedule = ramp({ from, to: sparsity, start, end });
  const mean = rates.length === 1 ? 'the mean of its rate' : 'the mean of their rates';
  const whence = asked === undefined ? mean : 'as asked';
  const text = `sparsity ${Number(sparsity.toFixed(6))}, ${whence}, from ${unit} ${start} to ${unit} ${end}`;
  return { sparsity, schedule, text };
}
