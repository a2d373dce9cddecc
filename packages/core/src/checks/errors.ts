import { legible } from './legible.js';

/**
 * The codes of {@link PruneError} that this package throws. A code never changes its meaning; new ones may be added,
 * and other packages throw codes of their own: each says which, as a type of its own.
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
 * | `ceiling-conflict` | the ceiling lets less stay than the floor keeps, or asks for more than the schedule comes to |
 * | `score-mismatch` | a score tensor is missing, has another shape than its weight, or is NaN throughout |
 * | `nothing-observed` | a score that looks at training was asked before the first step |
 * | `group-mismatch` | a group of channels does not fit the weights: a tensor that is none of them, another length |
 * | `mask-mismatch` | a mask from outside belongs to another weight, shape or pattern |
 * | `weight-changed` | a weight was resized, disposed or detached behind the pruner's back |
 * | `unsupported` | the backend's manifest does not list what was asked for |
 * | `asynchronous` | a call that cannot wait met a backend that must |
 * | `busy` | another call of the same pruner is still in flight |
 * | `disposed` | the pruner was used after `dispose()` |
 * | `state-corrupt` | a saved state is not what `save()` returned |
 * | `state-version` | a saved state has a version this release cannot read |
 * | `state-mismatch` | a saved state belongs to other weights or other options |
 * | `step-not-kept` | a training was to go back to a step that was not kept |
 * | `replica-mismatch` | replicas that are to go together do not |
 * | `contract-violation` | a backend broke its contract; its masks can no longer be trusted |
 */
export type PruneErrorCode =
  | 'no-weights'
  | 'duplicate-name'
  | 'duplicate-weight'
  | 'empty-weight'
  | 'unmatched-selector'
  | 'invalid-sparsity'
  | 'floor-conflict'
  | 'ceiling-conflict'
  | 'score-mismatch'
  | 'nothing-observed'
  | 'group-mismatch'
  | 'mask-mismatch'
  | 'weight-changed'
  | 'unsupported'
  | 'asynchronous'
  | 'busy'
  | 'disposed'
  | 'state-corrupt'
  | 'state-version'
  | 'state-mismatch'
  | 'step-not-kept'
  | 'replica-mismatch'
  | 'contract-violation';

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
  readonly code: PruneErrorCode | (string & {});

  constructor(code: PruneErrorCode | (string & {}), message: string, options?: { readonly cause?: unknown }) {
    // Names out of files and values that were got stand in messages: none may drive a terminal or fill a log.
    super(legible(message), options);
    this.name = 'PruneError';
    this.code = code;
  }
}
