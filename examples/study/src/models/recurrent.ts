import { GATES, type RecurrentLayer, recurrentModel } from 'forecast-example/models/recurrent';
import { createRandom } from 'forecast-example/random';
import { uniform } from './initial.js';
import { nearestSize } from './narrow.js';
import type { ForwardModel, ModelPlan } from './plan.js';

/** Units of the published models. */
const HIDDEN = 64;

const LAYERS = { rnn: 'RNN', lstm: 'LSTM', gru: 'GRU' } as const;

/**
 * RNN (tanh), LSTM or GRU, one layer of 64 units, then dropout on the last state, then one linear unit; initial
 * weights as PyTorch draws them, uniform in ±1/√hidden.
 */
export function buildRecurrent(plan: ModelPlan & { readonly model: keyof typeof LAYERS }): ForwardModel {
  const layer: RecurrentLayer = LAYERS[plan.model];
  const { length, features, seed } = plan;
  const gates = GATES[layer];
  const count = (hidden: number) => gates * hidden * (features + hidden) + hidden;
  const hidden = nearestSize((1 - plan.narrowed) * count(HIDDEN), count, { most: HIDDEN });
  const noise = plan.dropout > 0;
  const random = createRandom(seed, `initial weights of ${plan.model}`);
  const bound = 1 / Math.sqrt(hidden);
  const { bytes, kernels, parameters } = recurrentModel({
    layer,
    length,
    features,
    hidden,
    noise,
    weights: {
      input: uniform(gates * hidden * features, bound, random),
      recurrent: uniform(gates * hidden * hidden, bound, random),
      bias: uniform(2 * gates * hidden, bound, random),
      head: uniform(hidden, bound, random),
      headBias: uniform(1, bound, random),
    },
  });
  return {
    bytes,
    output: 'target',
    kernels,
    parameters,
    noise: noise ? [{ name: 'noise', shape: [hidden] }] : [],
  };
}
