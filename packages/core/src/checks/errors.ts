import { legible } from './legible.js';

/**
 * Stable codes of {@link PruneError}. A code never changes its meaning; new ones may be added.
 *
 * | code | what happened |
 * |---|---|
 * | `no-weights` | the list of weights is empty |
 * | `duplicate-name` | two weights share a name |
 * | `duplicate-weight` | one weight is listed twice, or two overlap in memory |
 * | `empty-weight` | a weight has no elements |
 * | `unmatched-selector` | a selector matched no weight |
 * | `invalid-sparsity` | a schedule returned something that is not a sparsity |
 * | `floor-conflict` | the floor, or weights that wait to be trained, leave fewer elements to drop than the budget asks for |
 * | `score-mismatch` | a score tensor is missing or has another shape than its weight |
 * | `mask-mismatch` | a mask from outside belongs to another weight, shape or pattern |
 * | `weight-changed` | a weight was resized, disposed or detached behind the pruner's back |
 * | `unsupported` | the backend's manifest does not list what was asked for |
 * | `asynchronous` | a call that cannot wait met a backend that must |
 * | `busy` | another call of the same pruner is still in flight |
 * | `disposed` | the pruner was used after `dispose()` |
 * | `state-corrupt` | a saved state is not what `save()` returned |
 * | `state-version` | a saved state has a version this release cannot read |
 * | `state-mismatch` | a saved state belongs to other weights or other options |
 * | `contract-violation` | a backend broke its contract; its masks can no longer be trusted |
 * | `device-lost` | the GPU device is gone, and with it all weights and masks on it |
 * | `out-of-memory` | the device has no memory left for what was asked |
 * | `device-failed` | the device reported a failure of its own |
 * | `no-optimizer` | a model has no optimizer to attach to |
 * | `already-pruned` | weights are under another pruning already |
 * | `bad-data` | a data set cannot be used as asked |
 * | `bad-model` | a model breaks its file format, or a limit that keeps hostile files harmless |
 * | `external-data` | a model keeps weights in other files: not asked for, missing, too short or out of bounds |
 * | `file-failed` | a file could not be read or written |
 * | `unsupported-operator` | a model uses an operator in a way that cannot be trained through |
 */
export type PruneErrorCode =
  | 'no-weights'
  | 'duplicate-name'
  | 'duplicate-weight'
  | 'empty-weight'
  | 'unmatched-selector'
  | 'invalid-sparsity'
  | 'floor-conflict'
  | 'score-mismatch'
  | 'mask-mismatch'
  | 'weight-changed'
  | 'unsupported'
  | 'asynchronous'
  | 'busy'
  | 'disposed'
  | 'state-corrupt'
  | 'state-version'
  | 'state-mismatch'
  | 'contract-violation'
  | 'device-lost'
  | 'out-of-memory'
  | 'device-failed'
  | 'no-optimizer'
  | 'already-pruned'
  | 'bad-data'
  | 'bad-model'
  | 'external-data'
  | 'file-failed'
  | 'unsupported-operator';

/**
 * An error that a caller can act on. `code` is stable across releases; the message says what was needed and
 * what was got, and may be reworded at any time.
 *
 * Mistakes in calling (a wrong type, a number out of range) are `TypeError` and `RangeError` instead.
 *
 * @example
 * ```ts
 * import { PruneError } from '@synaprune/core';
 *
 * const error = new PruneError('no-weights', 'createPruner needs at least one weight, got an empty list');
 * console.log(error.code); // no-weights
 * ```
 */
export class PruneError extends Error {
  /** What happened, for programs. */
  readonly code: PruneErrorCode;

  constructor(code: PruneErrorCode, message: string, options?: { readonly cause?: unknown }) {
    // Names out of files and values that were got stand in messages: none may drive a terminal or fill a log.
    super(legible(message), options);
    this.name = 'PruneError';
    this.code = code;
  }
}
