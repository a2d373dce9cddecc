/* Pruned by somebody who takes tfjs-core, tfjs-layers and one backend, and not the package that has them all. */
import assert from 'node:assert/strict';
import { constantSparsity, pruneModel } from '@synaprune/tfjs';
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { layers, sequential } from '@tensorflow/tfjs-layers';

await tf.setBackend('cpu');
const model = sequential({ layers: [layers.dense({ units: 8, inputShape: [4] })] });
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
await model.fit(tf.ones([16, 4]), tf.ones([16, 8]), {
  epochs: 2,
  verbose: 0,
  callbacks: pruning.callback,
});
const { total } = await pruning.pruner.report();
assert.deepEqual([total.elements, total.kept], [32, 16]);
