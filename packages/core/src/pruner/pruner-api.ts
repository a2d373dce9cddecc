import type { NamedMask } from './given-masks.js';
import type { PruningReport } from './report.js';
import type { RestoreOptions } from './restore-options.js';
import type { PrunerState } from './state.js';
import type { UpdateResult } from './update.js';

/** Masks for a list of weights, and the verbs to grow and apply them. Made by {@link createPruner}. */
export interface Pruner {
  /**
   * Brings the masks to `schedule(position)` and sets dropped elements to +0. Never brings an element back:
   * a target below what is already dropped changes nothing. The first update also counts what is zero in the
   * weights: see {@link UpdateResult.notices}.
   *
   * The weights must stay still until it settles: no optimizer step while an update is in flight.
   *
   * @throws PruneError `invalid-sparsity` when the schedule returns no sparsity, `floor-conflict`,
   *   `score-mismatch`, `weight-changed`, `busy`, `disposed`; masks and weights are then as they were.
   *   `contract-violation` when another number of elements was dropped than was asked for: then masks and
   *   weights have changed, and either the backend or the stillness of the weights was broken
   */
  update(position: number): Promise<UpdateResult>;
  /**
   * Sets dropped elements to +0. Call it after every optimizer step: momentum revives dropped weights, and
   * an optimizer knows nothing of masks. Idempotent.
   *
   * @throws PruneError `weight-changed`, `busy` when an update or restore is in flight, `disposed`
   */
  enforce(): Promise<void>;
  /**
   * {@link Pruner.enforce} for hooks that cannot wait.
   *
   * @throws PruneError as `enforce`, and `asynchronous` when the backend has to wait; nothing is written then
   */
  enforceSync(): void;
  /**
   * Counts what the masks keep and what is zero in the weights, per weight and in total. For that it makes a mask
   * of each weight and gives it back.
   *
   * @throws PruneError `weight-changed`, `busy`, `disposed`
   */
  report(): Promise<PruningReport>;
  /**
   * The masks, for pictures, for files and for other pruners: `createPruner({ masks })` and `restore` take them.
   *
   * @throws PruneError `busy`, `disposed`
   */
  masks(): Promise<readonly NamedMask[]>;
  /** The masks and what was asked for last, as plain portable data. */
  save(): Promise<PrunerState>;
  /**
   * A short text of all that a state would hold: masks, position, target, options and what scores remember, as
   * `<position>:<sixteen hexadecimal digits>`. Equal where these are equal, on every backend; so that replicas of a
   * training can tell, at every update, that they still go together. Finds mistakes, not malice.
   *
   * @throws PruneError `busy`, `disposed`
   */
  digest(): Promise<string>;
  /**
   * Takes over the masks of a saved state and sets dropped elements to +0. Restore the weights first, from
   * the runtime's own checkpoint. Weights are matched by name and must come in the same order, unless
   * {@link RestoreOptions} say otherwise.
   *
   * A list of masks, as {@link Pruner.masks} gives them, one for each weight, is taken over as well; it is then as
   * if no update had been made. Masks given to `createPruner` that could not be written are thereby replaced.
   *
   * @throws TypeError when the options are wrong
   * @throws PruneError `state-corrupt`, `state-version`, `state-mismatch`, `mask-mismatch`, `weight-changed`,
   *   `busy`, `disposed`; masks and weights are then as they were
   */
  restore(state: unknown, options?: RestoreOptions): Promise<void>;
  /**
   * Gives the masks back. The weights stay, pruned. Harmless when repeated. A failure to give masks back in an
   * earlier call, which that call could not tell because it had succeeded, is thrown here.
   *
   * @throws PruneError `busy` while another call is in flight
   */
  dispose(): void;
}
