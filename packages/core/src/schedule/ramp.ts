import { requireFinite, requireFraction, requireOptions } from '../checks/require.js';
import { type Schedule, withEnd } from './schedule.js';

/** The ends of a ramp. Both sparsities lie in [0, 1] and `from` is at most `to`; `start` lies before `end`. */
export interface Ramp {
  /** Sparsity at `start`. */
  readonly from: number;
  /** Sparsity at `end` and ever after. */
  readonly to: number;
  /** First position that prunes; before it the sparsity is 0. */
  readonly start: number;
  /** Position at which `to` is reached. The ramp's own horizon, whatever the length of the run. */
  readonly end: number;
}

export const RAMP: readonly string[] = ['from', 'to', 'start', 'end'];

/** A checked ramp that follows `curve`, a function from [0, 1] onto [0, 1]. */
export function ease(name: string, ramp: Ramp, curve: (p: number) => number): Schedule {
  requireOptions(name, '', ramp, RAMP);
  const { from, to, start, end } = ramp;
  requireFraction(name, 'from', from);
  requireFraction(name, 'to', to);
  requireFinite(name, 'start', start);
  requireFinite(name, 'end', end);
  if (from > to) {
    throw new RangeError(
      `${name} needs from ≤ to, because masks only grow sparser; got from ${from}, to ${to}`,
    );
  }
  if (!Number.isFinite(end - start))
    throw new RangeError(`${name} needs a finite ramp, got ${start} to ${end}`);
  if (end <= start) throw new RangeError(`${name} needs end after start, got start ${start}, end ${end}`);
  const sparsityAt = (position: number): number => {
    if (position < start) return 0;
    // Returned, not computed, so that it is reached exactly.
    if (position >= end) return to;
    return Math.min(to, from + (to - from) * curve((position - start) / (end - start)));
  };
  return withEnd(sparsityAt, { end, to });
}
