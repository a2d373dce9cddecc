import type { Every, ObservedScore, PrunerOptions, Regrowth, ScoreOption } from '@synaprune/core';
import { describe, PRUNING_OPTIONS, requireOptions } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../backend/assemble-backend.js';
import type { TfjsMask } from '../backend/mask.js';
import { type KernelOptions, SELECT_ELSEWHERE } from '../model/kernels.js';

/** What `pruneModel` is told: what `createPruner` takes, and what belongs to a layers model. */
export interface PruneModelOptions
  extends KernelOptions,
    Pick<
      PrunerOptions<tf.Variable, TfjsMask>,
      | 'schedule'
      | 'distribution'
      | 'pattern'
      | 'masks'
      | 'rule'
      | 'floor'
      | 'ceiling'
      | 'untrained'
      | 'keepZeros'
    > {
  /**
   * When the masks are brought up to date, and what the schedule's position counts. `epoch` (default): before
   * every epoch; position is the number of epochs begun before it, in all fits of this pruning together. A fit
   * that is given an `initialEpoch` says itself where it is: there it is the epoch's number. `batch` or a number
   * n: before every n-th step; position is the number of steps taken so far, by fits and one by one.
   */
  readonly every?: Every;
  /**
   * What ranks the elements: `magnitudeScore()` unless told. A score tensor is float32 and need be no variable. Scores that
   * look at training, such as `movementScore()`, are shown every step.
   */
  readonly score?: ScoreOption<tf.Variable, tf.Tensor> | ObservedScore;
  /** Brings dropped elements back, by another score. Rule `exact` only, and not with the pattern `n:m`. */
  readonly regrow?: {
    readonly by: ScoreOption<tf.Variable, tf.Tensor> | ObservedScore;
    readonly fraction: Regrowth<tf.Variable>['fraction'];
  };
  /** What selects, drops and zeroes: `tfjsBackend()` unless told. Backends of a device's own package go here. */
  readonly backend?: TfjsBackend;
  /**
   * Where the choice of kernels and, once each, notices are printed; `console.log` unless told, `false` for
   * nowhere. Reports carry the notices in any case.
   */
  readonly print?: ((text: string) => void) | false;
}

export const PRUNE_MODEL_KEYS: readonly string[] = [...PRUNING_OPTIONS, 'every', 'backend', 'print'];

const ELSEWHERE = { ...SELECT_ELSEWHERE, scope: "it is distribution: 'global' or 'uniform'" };

/**
 * A misspelt option would otherwise be the default, without a word. The values that `createPruner` takes
 * are checked there.
 *
 * @throws TypeError when an option is unknown, `print` is neither a function nor `false`, or `backend` is no
 *   TfjsBackend
 */
export function requirePruneModelOptions(options: PruneModelOptions): void {
  requireOptions('pruneModel', '', options, PRUNE_MODEL_KEYS, ELSEWHERE);
  const { schedule, print = false, backend } = options;
  if (typeof schedule !== 'function') {
    throw new TypeError(
      `pruneModel needs schedule to be a function, as linearRamp makes one, got ${describe(schedule)}`,
    );
  }
  if (backend !== undefined && typeof backend?.maskGradient !== 'function') {
    throw new TypeError(`pruneModel needs backend to be a TfjsBackend, got ${describe(backend)}`);
  }
  if (print !== false && typeof print !== 'function') {
    throw new TypeError(`pruneModel needs print to be a function or false, got ${describe(print)}`);
  }
}
