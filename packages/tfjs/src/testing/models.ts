import * as tf from '@tensorflow/tfjs';
import { randoms } from './randoms.js';

/** The seven optimizers of tfjs, made to move a lot: high rates, and momentum where there is any. */
export const OPTIMIZERS: Readonly<Record<string, () => tf.Optimizer>> = {
  sgd: () => tf.train.sgd(0.05),
  momentum: () => tf.train.momentum(0.02, 0.9),
  nesterov: () => tf.train.momentum(0.02, 0.9, true),
  rmsprop: () => tf.train.rmsprop(0.01, 0.9, 0.9, 1e-7),
  adam: () => tf.train.adam(0.02, 0.9, 0.999, 1e-7),
  adamax: () => tf.train.adamax(0.02, 0.9, 0.999, 1e-7),
  adagrad: () => tf.train.adagrad(0.05),
  adadelta: () => tf.train.adadelta(1),
};

/** A tensor of numbers that are the same every time. */
export function tensorOf(seed: number, shape: readonly number[]): tf.Tensor {
  return tf.tensor(
    randoms(
      seed,
      shape.reduce((product, edge) => product * edge, 1),
    ),
    [...shape],
  );
}

/** A small recurrent model (448 prunable elements of 491), the same every time, not compiled. */
export function createForecaster(): tf.LayersModel {
  const model = tf.sequential({
    layers: [
      tf.layers.lstm({ name: 'lstm', units: 8, inputShape: [3, 4] }),
      tf.layers.dense({ name: 'hidden', units: 5, activation: 'tanh' }),
      tf.layers.dense({ name: 'out', units: 3 }),
    ],
  });
  tf.tidy(() => {
    model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape)));
  });
  return model;
}

/** Inputs and targets for {@link createForecaster}. */
export function createSamples(samples = 24): { readonly x: tf.Tensor; readonly y: tf.Tensor } {
  return { x: tensorOf(101, [samples, 3, 4]), y: tensorOf(102, [samples, 3]) };
}

/** The bits of every weight of a model, by the name it is saved under. */
export async function weightBits(model: tf.LayersModel): Promise<Record<string, readonly number[]>> {
  const entries = model.weights.map(async (weight) => {
    const values = (await weight.read().data()) as Float32Array;
    return [weight.originalName, [...new Uint32Array(values.slice().buffer)]] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Options of a fit that is quiet, and the same every time. */
export const quiet = { verbose: 0, shuffle: false, batchSize: 32 } as const;

/** A dense layer from 10 to 10, compiled, with the same weights every time: 100 prunable elements. */
export function createDense(optimizer: tf.Optimizer | string = 'sgd', name?: string): tf.Sequential {
  const layer = tf.layers.dense({ units: 10, inputShape: [10], ...(name === undefined ? {} : { name }) });
  const model = tf.sequential({ layers: [layer] });
  tf.tidy(() => model.setWeights([tensorOf(1, [10, 10]), tensorOf(2, [10])]));
  model.compile({ optimizer, loss: 'meanSquaredError' });
  return model;
}

/** How many elements of a model's weights of two dimensions are exactly zero, in order. */
export async function countZeros(model: tf.LayersModel): Promise<number[]> {
  const kernels = model.weights.map((weight) => weight.read()).filter(({ shape }) => shape.length > 1);
  const values = await Promise.all(kernels.map((kernel) => kernel.data()));
  return values.map((list) => [...list].filter((value) => value === 0).length);
}
