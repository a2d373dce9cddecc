import * as tf from '@tensorflow/tfjs';
import type { ForecasterPlan } from '../runtime.js';
import { SeededDropout } from './seeded-dropout.js';

/**
 * LSTM → (dropout) → Dense(1), with the plan's weights. Names are given, because those tfjs makes up count on
 * and would differ from one worker to the next.
 */
export function buildModel(
  plan: Pick<ForecasterPlan, 'length' | 'features' | 'hidden' | 'weights' | 'seed'>,
  { dropout }: { readonly dropout: number },
): tf.LayersModel {
  const { length, features, hidden, weights, seed } = plan;
  const input = tf.input({ shape: [length, features], name: 'window' });
  const lstm = tf.layers.lstm({
    name: 'lstm',
    units: hidden,
    recurrentActivation: 'sigmoid',
    implementation: 2,
    // The plan brings the weights; tfjs's own initializers would only cost time.
    kernelInitializer: 'zeros',
    recurrentInitializer: 'zeros',
    unitForgetBias: false,
  });
  const state = lstm.apply(input) as tf.SymbolicTensor;
  const thinned = dropout > 0 ? (new SeededDropout(dropout, seed).apply(state) as tf.SymbolicTensor) : state;
  const output = tf.layers
    .dense({ name: 'dense', units: 1, kernelInitializer: 'zeros' })
    .apply(thinned) as tf.SymbolicTensor;
  const model = tf.model({ inputs: input, outputs: output, name: 'forecaster' });
  tf.tidy(() => {
    model.setWeights([
      tf.tensor2d(weights.kernel, [features, 4 * hidden]),
      tf.tensor2d(weights.recurrentKernel, [hidden, 4 * hidden]),
      tf.tensor1d(weights.bias),
      tf.tensor2d(weights.denseKernel, [hidden, 1]),
      tf.tensor1d(weights.denseBias),
    ]);
  });
  return model;
}
