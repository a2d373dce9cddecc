/* A run that TensorFlow.js began goes on in ONNX Runtime and in plain arrays, with what its score remembers. */
import assert from 'node:assert/strict';
import { activityScore, createPruner, fisherScore, movementScore, wandaScore } from '@synaprune/core';
import { createScoreObserver, hostBackend } from '@synaprune/host';
import { buildModel } from '@synaprune/onnx/graph';
import { createTrainer } from '@synaprune/onnxruntime';
import { pruneModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';

process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');
await tf.setBackend('cpu');

const sparsities = [0, 0.3, 0.5, 0.8];
const schedule = (/** @type {number} */ epoch) => sparsities[epoch] ?? 0.8;
const x = tf.randomNormal([64, 8], 0, 1, 'float32', 1);
const y = tf.randomNormal([64, 4], 0, 1, 'float32', 2);
const scores = [
  movementScore(),
  wandaScore(),
  activityScore(),
  activityScore({ of: 'unit' }),
  fisherScore({ of: 'secondMoment' }),
];

for (const score of scores) {
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 16, inputShape: [8], activation: 'relu' }),
      tf.layers.dense({ units: 4 }),
    ],
  });
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const begun = pruneModel(model, { score, schedule, print: false });
  await model.fit(x, y, { epochs: 3, verbose: 0, callbacks: begun.callback });
  const { state } = JSON.parse(JSON.stringify(await begun.save()));
  const [k1, b1, k2, b2] = model.getWeights().map((weight) => ({
    shape: weight.shape,
    data: Float32Array.from(weight.dataSync()),
  }));
  assert.ok(k1 && b1 && k2 && b2);

  const trainer = await createTrainer({
    ort,
    model: buildModel({
      inputs: { x: ['batch', 8] },
      tensors: { k1, b1, k2, b2 },
      nodes: [
        ['MatMul', ['x', 'k1'], ['a']],
        ['Add', ['a', 'b1'], ['b']],
        ['Relu', ['b'], ['c']],
        ['MatMul', ['c', 'k2'], ['d']],
        ['Add', ['d', 'b2'], ['y']],
      ],
      outputs: ['y'],
    }),
    loss: 'mse',
    optimizer: 'adam',
    learningRate: 0.01,
  });
  const trained = trainer.prune({ score, schedule, stepsPerEpoch: 2 });
  const weights = [k1, k2].map(({ shape, data }, i) => ({
    name: `kernel ${i}`,
    weight: { shape, values: data.slice() },
  }));
  const observer = createScoreObserver({ score, weights });
  const plain = createPruner({ backend: hostBackend(), weights, schedule, score: observer });

  const digests = [];
  for (const pruner of [begun.pruner, trained.pruner, plain]) {
    if (pruner !== begun.pruner) await pruner.restore(state, { match: 'position' });
    const { sparsity } = await pruner.update(3);
    assert.equal(sparsity, Math.floor(0.8 * 192) / 192);
    digests.push((await pruner.masks()).map(({ bits }) => bits.join()));
  }
  assert.deepEqual(digests[1], digests[0], `${score.name} in ONNX Runtime`);
  assert.deepEqual(digests[2], digests[0], `${score.name} in plain arrays`);
  begun.dispose();
  await trainer.dispose();
}
