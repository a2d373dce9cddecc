import type { Every, ObservedScore, PrunerOptions, Regrowth, ScoreOption } from '@synaprune/core';
import {
  describe,
  PRUNING_OPTIONS,
  requireAnew,
  requireBoolean,
  requireOptions,
} from '@synaprune/core/checks';
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
  /**
   * Whether weights stay dense under their masks and learn on by the gradients of the masked model, and every update
   * chooses anew among all elements, so that what has grown comes back; not unless told. Between steps the variables hold
   * masked weights, so that the model predicts and is saved as pruned; while an update is awaited, dense ones.
   * `save()` keeps the dense values. Not with `regrow` and `keepZeros`.
   */
  readonly straightThrough?: boolean;
  /** What selects, drops and zeroes: `tfjsBackend()` unless told. Backends of a device's own package go here. */
  readonly backend?: TfjsBackend;
  /**
   * Where the choice of kernels and, once each, notices are printed; `console.log` unless told, `false` for
   * nowhere. Reports carry the notices in any case.
   */
  readonly print?: ((text: string) => void) | false;
}

export const PRUNE_MODEL_KEYS: readonly string[] = [
  ...PRUNING_OPTIONS,
  'every',
  'straightThrough',
  'backend',
  'print',
];

const ELSEWHERE = { ...SELECT_ELSEWHERE, scope: "it is distribution: 'global' or 'uniform'" };

/**
 * A misspelt option would otherwise be the default, without a word. The values that `createPruner` takes
 * are checked there.
 *
 * @throws TypeError when an option is unknown, `print` is neither a function nor `false`, `backend` is no TfjsBackend, or
 *   `straightThrough` is no boolean or goes with others that it does not take
 */
export function requirePruneModelOptions(options: PruneModelOptions): void {
  requireOptions('pruneModel', '', options, PRUNE_MODEL_KEYS, ELSEWHERE);
  const { schedule, print = false, backend, straightThrough = false } = options;
  if (typeof schedule !== 'function') {
    throw new TypeError(
      `pruneModel needs schedule to be a function, as linearRamp makes one, got ${describe(schedule)}`,
    );
  }
  if (backend !== undefined && typeof backend?.maskGradient !== 'function') {
    throw new TypeError(`pruneModel needs backend to be a TfjsBackend, got ${describe(backend)}`);
  }
  requireBoolean('pruneModel', 'straightThrough', straightThrough);
  if (straightThrough) requireAnew('pruneModel with straightThrough', options);
  if (print !== false && typeof print !== 'function') {
    throw new TypeError(`pruneModel needs print to be a function or false, got ${describe(print)}`);
  }
}
