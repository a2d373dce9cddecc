/* A page that prunes typed arrays, and a model while TensorFlow.js trains it. What came of it is the page's text. */
import { constantSparsity, createPruner } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { pruneModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';

const weight = Float32Array.from({ length: 64 }, (_, i) => i + 1);
const schedule = constantSparsity(0.75);
const pruner = createPruner({ backend: hostBackend(), weights: [{ name: 'kernel', weight }], schedule });
await pruner.update(0);

await tf.setBackend('cpu');
const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
await model.fit(tf.ones([8, 4]), tf.ones([8, 8]), { epochs: 2, verbose: 0, callbacks: pruning.callback });
const kernel = (await model.getWeights()[0]?.data()) ?? [];

document.body.textContent = JSON.stringify({
  zeros: weight.filter((value) => Object.is(value, 0)).length,
  kernelZeros: [...kernel].filter((value) => Object.is(value, 0)).length,
});
