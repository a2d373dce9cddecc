import type { GivenMask, NamedMask, Pruner, RestoreOptions } from '@synaprune/core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { FoundKernels } from '../model/kernels.js';
import type { PruningCallback } from './fits/callback.js';
import type { PruningProgress } from './progress.js';

/** A model under pruning. Made by `pruneModel`. */
export interface ModelPruning {
  readonly model: LayersModel;
  /**
   * For reports, and for training by hand: `await pruner.update(position)`, then `model.trainOnBatch`. It stays
   * the same while the kernels change, when the model is compiled again with other layers or others frozen.
   */
  readonly pruner: Pruner;
  /**
   * Belongs into `callbacks:` of every `model.fit` or `fitDataset`, of this model and no other. Throws a
   * TypeError in the fit of another, and after {@link ModelPruning.detach}.
   */
  readonly callback: PruningCallback;
  /** What is pruned now, and what is not and why. */
  readonly kernels: FoundKernels;
  /** Optimizer steps taken so far. */
  steps(): number;
  /** The masks, as `Pruner.masks` gives them: for pictures, for files and for other prunings. */
  masks(): Promise<readonly NamedMask[]>;
  /** Masks and steps, to go on with {@link ModelPruning.restore}. `saveModel` keeps it with the model. */
  save(): Promise<PruningProgress>;
  /**
   * Goes on where {@link ModelPruning.save} was: restores masks and steps and zeroes dropped weights.
   *
   * The next `fit` goes on at the position after it, unless its `initialEpoch` says otherwise.
   *
   * A list of masks, one for each kernel, is taken over as well; it is then as if no update had been made.
   *
   * @param options how the names in the progress belong to this model's: layers that tfjs named itself have
   *   other names in every copy of a model
   * @throws PruneError as `Pruner.restore`; nothing has changed then
   */
  restore(progress: PruningProgress | readonly GivenMask[], options?: RestoreOptions): Promise<void>;
  /**
   * Gives model and optimizer their own methods back; the pruner lives on, and the callback refuses to work.
   * Harmless when repeated.
   */
  detach(): void;
  /** {@link ModelPruning.detach}, and the masks are given back. The weights stay, pruned. */
  dispose(): void;
}
