import { PruneError, type PrunerState } from '@synaprune/core';
import type { SavedDense } from './dense/saved-dense.js';
import type { LeftMask } from './pruner/left-masks.js';

/** How far a model's pruning has come: plain data, safe in JSON. */
export interface PruningProgress {
  readonly state: PrunerState;
  /** Optimizer steps taken under pruning. */
  readonly steps: number;
  /** Masks of weights that have left the pruning (frozen since), for the day they come back; none if absent. */
  readonly left?: readonly LeftMask[];
  /** With `straightThrough`, the values of weights under their masks. */
  readonly dense?: readonly SavedDense[];
}

/**
 * Progress as far as it can be judged without a pruner; the state within is checked when it is restored.
 *
 * @throws PruneError `state-corrupt` unless there is a state and a whole number of steps
 */
export function requireProgress(value: unknown): PruningProgress {
  const { state, steps, left, dense } = (value ?? {}) as {
    readonly state?: PrunerState;
    readonly steps?: unknown;
    readonly left?: readonly LeftMask[];
    readonly dense?: readonly SavedDense[];
  };
  if (typeof state !== 'object' || state === null) {
    throw new PruneError(
      'state-corrupt',
      typeof value === 'string'
        ? "saved progress needs a pruner's state, got text, which is read by JSON.parse first"
        : `saved progress needs a pruner's state, got ${state === null ? 'null' : typeof state}`,
    );
  }
  if (typeof steps !== 'number' || !Number.isSafeInteger(steps) || steps < 0) {
    throw new PruneError(
      'state-corrupt',
      `saved progress needs steps to be a whole number from 0, got ${typeof steps === 'number' ? steps : typeof steps}`,
    );
  }
  return {
    state,
    steps,
    ...(left === undefined ? {} : { left }),
    ...(dense === undefined ? {} : { dense }),
  };
}
