import type { PruningProgress } from '../training/progress.js';

/** Key of the pruning progress in a model's user-defined metadata. */
export const KEY = 'synaprune';

/** What `saveModel` adds to a saved model. */
export interface SavedPruning extends PruningProgress {
  /** Adam's running powers of its betas, each in [0, 1), which tfjs itself saves only approximately. */
  readonly betaPowers?: readonly number[];
}
