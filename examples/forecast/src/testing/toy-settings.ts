import type { Settings } from '../settings.js';

/** A training of moments: eight units on windows of a week, two of its three epochs at full sparsity. */
export const TOY_SETTINGS: Settings = {
  hidden: 8,
  length: 7,
  epochs: 3,
  patience: 3,
  batchSize: 64,
  learningRate: 1e-2,
  dropout: 0.3,
  passes: 20,
  recipe: { schedule: { kind: 'synapticRamp', from: 0.3, to: 0.8, start: 0, end: 1 }, every: 'epoch' },
};
