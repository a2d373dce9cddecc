/* CommonJS programs: `require` takes the packages as they are, ES modules, on every Node that they are for. */
const assert = require('node:assert/strict');
const { constantSparsity, createPruner, PruneError } = require('@synaprune/core');
const { hostBackend, usualKernels } = require('@synaprune/host');
const { findWeights, pruneOnnx } = require('@synaprune/onnx');
const { buildModel } = require('@synaprune/onnx/graph');
const { multiply, packSparse } = require('@synaprune/sparse');
const { pruneModel } = require('@synaprune/tfjs');
const tf = require('@tensorflow/tfjs');

async function main() {
  assert.equal(usualKernels().kernels, 'wasm-simd');
  const weight = Float32Array.of(0.5, -0.125, 0.25, -2);
  const pruner = createPruner({
    backend: hostBackend(),
    weights: [{ name: 'kernel', weight }],
    schedule: constantSparsity(0.5),
  });
  await pruner.update(0);
  assert.deepEqual([...weight], [0.5, 0, 0, -2]);
  pruner.dispose();
  await assert.rejects(pruner.update(1), PruneError);

  const file = buildModel({
    inputs: { x: { type: 'float32' } },
    tensors: { w: { shape: [16, 16], data: Float32Array.from({ length: 256 }, (_, i) => i + 1) } },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  const { model } = await pruneOnnx(file, { sparsity: 0.25 });
  assert.deepEqual(
    findWeights(model).map(({ name }) => name),
    ['w'],
  );
  const packed = packSparse(Float32Array.of(0, 2, 0, 0, -1, 0, 0, 0.5), [2, 4]);
  assert.deepEqual([...multiply(packed, Float32Array.of(1, 10, 100, 1000))], [20, 499]);

  await tf.setBackend('cpu');
  const net = tf.sequential({ layers: [tf.layers.dense({ units: 8, inputShape: [4] })] });
  net.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  const pruning = pruneModel(net, { schedule: constantSparsity(0.5), print: false });
  await net.fit(tf.ones([8, 4]), tf.ones([8, 8]), { epochs: 1, verbose: 0, callbacks: pruning.callback });
  assert.equal((await pruning.pruner.report()).total.kept, 16);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
