/* A model trained in a page by TensorFlow.js on its cpu backend, pruned as it goes. */
import { constantSparsity, pruneModel } from '@synaprune/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';

export async function trial() {
  await tf.setBackend('cpu');
  const model = sequential({ layers: [layers.dense({ units: 8, inputShape: [4] })] });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
  await model.fit(tf.ones([8, 4]), tf.ones([8, 8]), {
    epochs: 2,
    verbose: 0,
    callbacks: pruning.callback,
  });
  const values = await model.getWeights()[0].data();
  const zeros = values.filter((value) => Object.is(value, 0)).length;
  if (zeros !== 16) throw new Error(`needed 16 zeros, got ${zeros}`);
  return `${zeros} of 32 are zero`;
}
