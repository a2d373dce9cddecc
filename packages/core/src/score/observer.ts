import type { Awaitable } from '../contract/backend.js';
import type { NamedWeight } from './named-weight.js';
import type { ObservedScore } from './observed-score.js';

/** Tensors to rank by, one a weight and in their order. */
export interface Ranks<Weight> {
  readonly tensors: readonly Weight[];
  /** Gives back what was made for them. */
  close(): void;
}

/** A memory that was read and fits, and is not in force yet. */
export interface OpenedMemory {
  /** Puts it in the place of what there was. Cannot fail. */
  commit(): void;
  /** Gives it back. */
  discard(): void;
}

/**
 * A score that looks at training, beside what it has seen so far, in the memory of a backend. Whoever trains makes one:
 * `pruneModel` and `trainer.prune` by themselves, a loop of one's own by `createScoreObserver` of the package of its
 * backend. As the `score` of a pruner it is asked for ranks at updates, and saved and restored with the masks.
 */
export interface ScoreObserver<Weight> {
  readonly kind: 'observer';
  readonly score: ObservedScore;
  /**
   * What ranks these weights now.
   *
   * @throws PruneError `nothing-observed` before the first step, `unsupported` for weights that a signal cannot be had of
   */
  rank(weights: readonly NamedWeight<Weight>[]): Awaitable<Ranks<Weight>>;
  /** What is remembered of these weights, as {@link packMemory} makes it; `undefined` before the first step. */
  save(weights: readonly NamedWeight<Weight>[]): Awaitable<string | undefined>;
  /**
   * Reads what {@link ScoreObserver.save} gave, here or elsewhere; `undefined` is as before the first step.
   *
   * @throws PruneError `state-corrupt`, `state-mismatch`
   */
  open(memory: string | undefined, weights: readonly NamedWeight<Weight>[]): Awaitable<OpenedMemory>;
}
