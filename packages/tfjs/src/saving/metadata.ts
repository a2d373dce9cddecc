import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { PruningProgress } from '../training/progress.js';

/** Key of the pruning progress in a model's user-defined metadata. */
export const KEY = 'synaprune';

/** What `saveModel` adds to a saved model. */
export interface SavedPruning extends PruningProgress {
  /** Adam's running powers of its betas, each in [0, 1), which tfjs itself saves only approximately. */
  readonly betaPowers?: readonly number[];
}

/** Sets or removes the metadata; the model's own setter cannot remove. */
export function putMetadata(model: LayersModel, metadata: object | undefined): void {
  (model as unknown as { userDefinedMetadata: object | undefined }).userDefinedMetadata = metadata;
}
