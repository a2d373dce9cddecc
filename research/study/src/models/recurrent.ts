import { GATES, type RecurrentLayer, recurrentModel } from '@synaprune/examples-kit/models/recurrent';
import { createRandom } from '@synaprune/examples-kit/random';
import { uniform } from './initial.js';
import { nearestSize } from './narrow.js';
import type { ForwardModel, ModelPlan } from './plan.js';
import { createPublishedRandom } from './published-random.js';

/** Units of the published models. */
const HIDDEN = 64;

const LAYERS = { rnn: 'RNN', lstm: 'LSTM', gru: 'GRU' } as const;

/** Where PyTorch has the gates that ONNX has in this order: LSTM input, forget, cell, output; GRU reset, update, candidate. */
const FROM_PYTORCH = { rnn: [0], lstm: [0, 3, 1, 2], gru: [1, 0, 2] } as const;

/**
 * RNN (tanh), LSTM or GRU, one layer of 64 units, then dropout on the last state, then one linear unit; initial
 * weights as PyTorch draws them, uniform in ±1/√hidden; under the published protocol the very numbers that it draws
 * for the seed.
 */
export function buildRecurrent(plan: ModelPlan & { readonly model: keyof typeof LAYERS }): ForwardModel {
  const layer: RecurrentLayer = LAYERS[plan.model];
  const { length, features, seed } = plan;
  const gates = GATES[layer];
  const count = (hidden: number) => gates * hidden * (features + hidden) + hidden;
  const hidden = nearestSize((1 - plan.narrowed) * count(HIDDEN), count, { most: HIDDEN });
  const noise = plan.dropout > 0;
  const published = plan.protocol === 'published';
  const random = published
    ? createPublishedRandom(seed)
    : createRandom(seed, `initial weights of ${plan.model}`);
  const bound = 1 / Math.sqrt(hidden);
  const gated = (values: Float32Array): Float32Array =>
    published ? inOrder(values, FROM_PYTORCH[plan.model]) : values;
  const input = gated(uniform(gates * hidden * features, bound, random));
  const recurrent = gated(uniform(gates * hidden * hidden, bound, random));
  const biases = [0, 1].map(() => gated(uniform(gates * hidden, bound, random)));
  const { bytes, kernels, parameters } = recurrentModel({
    layer,
    length,
    features,
    hidden,
    noise,
    weights: {
      input,
      recurrent,
      bias: Float32Array.from(biases.flatMap((bias) => [...bias])),
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

/** The blocks of a tensor, one a gate, in another order. */
function inOrder(values: Float32Array, order: readonly number[]): Float32Array {
  const block = values.length / order.length;
  const ordered = new Float32Array(values.length);
  order.forEach((from, to) => {
    ordered.set(values.subarray(from * block, (from + 1) * block), to * block);
  });
  return ordered;
}
