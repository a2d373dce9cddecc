/* A layers model pruned while TensorFlow.js trains it. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { constantSparsity, findKernels, pruneModel, tfjsBackend } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';

// One engine: the packages that @tensorflow/tfjs is made of are those that pruning imports.
const coreOf = (/** @type {string} */ name) =>
  createRequire(import.meta.resolve(name)).resolve('@tensorflow/tfjs-core');
assert.equal(coreOf('@synaprune/tfjs'), coreOf('@tensorflow/tfjs'));

await tf.setBackend('cpu');
assert.equal(tfjsBackend().manifest.name, 'tfjs (cpu)');

const model = tf.sequential({
  layers: [
    tf.layers.dense({ name: 'hidden', units: 8, inputShape: [4], activation: 'tanh' }),
    tf.layers.dense({ name: 'out', units: 1 }),
  ],
});
model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
assert.deepEqual(
  findKernels(model).kernels.map(({ name }) => name),
  ['hidden/kernel', 'out/kernel'],
);

const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
const inputs = tf.randomNormal([32, 4], 0, 1, 'float32', 1);
const targets = inputs.sum(1, true);
await model.fit(inputs, targets, { epochs: 2, batchSize: 8, verbose: 0, callbacks: [pruning.callback] });

const { total } = await pruning.pruner.report();
assert.deepEqual([total.elements, total.kept], [40, 20]);
const weights = ['hidden', 'out'].flatMap((name) => [
  ...(model.getLayer(name).getWeights()[0]?.dataSync() ?? []),
]);
assert.equal(weights.filter((value) => Object.is(value, 0)).length, 20);
assert.ok(weights.every(Number.isFinite));
pruning.dispose();
