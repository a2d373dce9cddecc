import type { ScheduleRecipe } from '@synaprune/core';
import type { ModelName, PruningSpec, TrainingSpec } from '../run.js';
import type { Protocol } from '../task.js';

/**
 * What every arm starts from: nothing dropped, nothing decayed, and Adam at 0.001, as published. Under the honest
 * protocol recurrent models take 0.002: at 0.001 they are still learning when a run ends, and the one arm that chooses
 * its rate would win by that alone.
 */
export function plain(protocol: Protocol, model: ModelName): TrainingSpec {
  const fast = protocol === 'honest' && model !== 'patch' && model !== 'patchtst';
  return {
    learningRate: fast ? 2e-3 : 1e-3,
    dropout: 0,
    weightDecay: 0,
    narrowed: 0,
    noisyValidation: false,
    pruning: null,
  };
}

/** A pruning along the synaptic ramp, which other arms change. */
export type RampPruning = PruningSpec & {
  readonly recipe: { readonly schedule: ScheduleRecipe & { readonly kind: 'synapticRamp' } };
};

/** Rate of dropout in the published program, whatever the model. */
export const PUBLISHED_DROPOUT = 0.3;

/** Epochs between which the honest ramps rise, and after which their final sparsity is trained on. */
export const RAMP = { start: 2, end: 10 } as const;

/** Final sparsities that the honest arms choose among. */
export const TARGETS = [0.5, 0.7, 0.9] as const;

/** Sparsity at which the published ramp begins. */
export const FIRST = 0.3;

const PUBLISHED_RANGES = {
  rnn: { from: 0.1, to: 0.5, start: 2 },
  lstm: { from: 0.3, to: 0.7, start: 2 },
  gru: { from: 0.3, to: 0.7, start: 2 },
  patch: { from: 0.01, to: 0.5, start: 5 },
  patchtst: { from: 0.01, to: 0.5, start: 5 },
} as const;

/**
 * The published ramp of a model: RNN .1 → .5 and LSTM .3 → .7 from epoch 2, the patch transformer .01 → .5 from epoch
 * 5, towards epoch 20, which a run of 20 epochs counted from 0 never sees; masks are looked at every 5 batches. GRU and
 * PatchTST are not in the published program and take the ramp of the model they are closest to.
 */
export function publishedPruning(model: ModelName): RampPruning {
  return {
    recipe: { schedule: { kind: 'synapticRamp', ...PUBLISHED_RANGES[model], end: 20 }, rule: 'published' },
    everyBatches: 5,
  };
}
