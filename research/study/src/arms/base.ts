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

/** Rate of dropout in the published program, whatever the model. */
export const PUBLISHED_DROPOUT = 0.3;

/** Epochs between which the honest ramps rise, and after which their final sparsity is trained on. */
export const RAMP = { start: 2, end: 10 } as const;

/** Final sparsities that the honest arms choose among. */
export const TARGETS = [0.5, 0.7, 0.9] as const;

/** Sparsity at which the published ramp begins. */
export const FIRST = 0.3;

/**
 * The published ramp of a model: RNN .1 → .5 and LSTM .3 → .7 from epoch 2, the patch transformer .01 → .5 from epoch
 * 5, towards epoch 20, which a run of 20 epochs counted from 0 never sees; masks are looked at every 5 batches. GRU and
 * PatchTST are not in the published program and take the ramp of the model they are closest to.
 */
export function publishedPruning(model: ModelName): PruningSpec {
  const common = {
    curve: 'synaptic',
    end: 20,
    rule: 'published',
    score: 'magnitude',
    everyBatches: 5,
  } as const;
  switch (model) {
    case 'rnn':
      return { ...common, from: 0.1, to: 0.5, start: 2 };
    case 'lstm':
    case 'gru':
      return { ...common, from: 0.3, to: 0.7, start: 2 };
    case 'patch':
    case 'patchtst':
      return { ...common, from: 0.01, to: 0.5, start: 5 };
  }
}
