/* A model file pruned in one shot, and pruned while ONNX Runtime trains it. */
import assert from 'node:assert/strict';
import { constantSparsity, createPruner } from '@synaprune/core';
import { findWeights, pruneOnnx } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { pruneOnnxFile } from '@synaprune/onnx/node';
import { buildTrainingStep } from '@synaprune/onnx-train';
import { createTrainer } from '@synaprune/onnxruntime';

assert.equal(typeof pruneOnnxFile, 'function');

const kernel = Float32Array.from({ length: 128 }, (_, i) => (i % 2 === 0 ? 1 : -1) * (i + 1) * 0.01);
const model = buildModel({
  inputs: { x: { type: 'float32' } },
  tensors: { w: { shape: [16, 8], data: kernel }, b: { shape: [8], data: new Float32Array(8) } },
  nodes: [['Gemm', ['x', 'w', 'b'], ['y']]],
  outputs: ['y'],
});

const once = await pruneOnnx(model, { sparsity: 0.75 });
assert.deepEqual([once.report.total.elements, once.report.total.zeros.after], [128, 96]);
assert.equal(once.model.length, model.length);
assert.deepEqual(
  findWeights(model).map(({ name, pruned }) => [name, pruned]),
  [
    ['w', true],
    ['b', false],
  ],
);
const step = buildTrainingStep(model, { inputs: { x: [2, 16] }, loss: 'mse', optimizer: 'sgd' });
assert.deepEqual(
  step.weights.map(({ name }) => name),
  ['w', 'b'],
);

process.env.ORT_DISABLE_TELEMETRY = '1';
for (const runtime of ['onnxruntime-node', 'onnxruntime-web']) {
  const ort = await import(runtime);
  const trainer = await createTrainer({
    ort,
    model,
    inputs: { x: [2, 16] },
    loss: 'mse',
    optimizer: 'adam',
    learningRate: 0.01,
  });
  const pruner = createPruner({
    backend: trainer.backend,
    weights: trainer.weights,
    schedule: constantSparsity(0.5),
  });
  await pruner.update(0);
  const batch = {
    inputs: { x: { data: new Float32Array(32).fill(1), dims: [2, 16] } },
    targets: { y: new Float32Array(16).fill(2) },
  };
  const { loss: before } = await trainer.step(batch);
  for (let i = 0; i < 20; i += 1) await trainer.step(batch);
  assert.ok((await trainer.evaluate(batch)).loss < before, `${runtime} learns`);
  const { total } = await pruner.report();
  assert.deepEqual([total.elements, total.kept], [128, 64]);
  const trained = (await trainer.read()).get('w');
  assert.equal(trained.filter((value) => Object.is(value, 0)).length, 64);
  assert.equal((await trainer.export()).length, model.length);
  pruner.dispose();
  await trainer.dispose();
}
