import type { TrainerOptions } from '@synaprune/onnxruntime';
import type { OptimizerName } from '../run.js';

/** What a trainer takes for the optimizers of specs. */
export const OPTIMIZER_OF: Readonly<Record<OptimizerName, TrainerOptions['optimizer']>> = {
  momentum: { kind: 'sgd', momentum: 0.9 },
  adam: 'adam',
};
