/* Where there is no WebAssembly (lockdown modes, `node --jitless`), the plain loops do what the kernels do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

if (typeof WebAssembly !== 'undefined') {
  // Once: what is no Node may not know the flag, and would start itself for ever.
  assert.ok(!process.env.SYNAPRUNE_JITLESS, '--jitless must leave no WebAssembly');
  const { status } = spawnSync(process.execPath, ['--jitless', fileURLToPath(import.meta.url)], {
    stdio: 'inherit',
    env: { ...process.env, SYNAPRUNE_JITLESS: '1' },
  });
  process.exit(status ?? 1);
}

const { constantSparsity, createPruner } = await import('@synaprune/core');
const { hostBackend, usualKernels } = await import('@synaprune/host');
assert.match(usualKernels().message, /by plain loops.*there is no WebAssembly here$/);
const weight = Float32Array.from({ length: 64 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * (i + 1)) / 64);
const pruner = createPruner({
  backend: hostBackend(),
  weights: [{ name: 'kernel', weight }],
  schedule: constantSparsity(0.75),
});
assert.equal((await pruner.update(0)).dropped, 48);
assert.deepEqual([...weight.subarray(0, 49)], [...Array(48).fill(0), 49 / 64]);

// TensorFlow.js on its cpu backend, pruned where its values live.
const tf = await import('@tensorflow/tfjs');
const { pruneModel } = await import('@synaprune/tfjs');
await tf.setBackend('cpu');
const model = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] })] });
model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
await model.fit(tf.ones([8, 4]), tf.ones([8, 8]), { epochs: 2, verbose: 0, callbacks: pruning.callback });
const kernel = await model.getWeights()[0].data();
assert.equal(kernel.filter((value) => Object.is(value, 0)).length, 16);

// A model file, and a training step made of it.
const { pruneOnnx } = await import('@synaprune/onnx');
const { buildModel } = await import('@synaprune/onnx/graph');
const { buildTrainingStep } = await import('@synaprune/onnx-train');
const file = buildModel({
  inputs: { x: { type: 'float32' } },
  tensors: { w: { shape: [16, 16], data: Float32Array.from({ length: 256 }, (_, i) => i + 1) } },
  nodes: [['MatMul', ['x', 'w'], ['y']]],
  outputs: ['y'],
});
const { report } = await pruneOnnx(file, { sparsity: 0.25 });
assert.equal(report.total.zeros.after, 64);
assert.equal(
  buildTrainingStep(file, { inputs: { x: [1, 16] }, loss: 'mse', optimizer: 'sgd' }).weights.length,
  1,
);

// These need a device or a runtime of their own; they load, and say so.
const { webgpuBackend } = await import('@synaprune/webgpu');
assert.throws(() => webgpuBackend({ device: {} }), /needs { device: GPUDevice }/);
const { createTrainer } = await import('@synaprune/onnxruntime');
await assert.rejects(createTrainer({ model: file }), TypeError);
