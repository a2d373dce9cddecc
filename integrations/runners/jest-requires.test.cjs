/* Jest's tests as CommonJS. */
const { constantSparsity, createPruner } = require('@synaprune/core');
const { hostBackend, usualKernels } = require('@synaprune/host');
const { findWeights, pruneOnnx } = require('@synaprune/onnx');
const { buildModel } = require('@synaprune/onnx/graph');
const { packSparse } = require('@synaprune/sparse');
const { pruneModel } = require('@synaprune/tfjs');

test('prunes', async () => {
  const weight = Float32Array.of(0.5, -0.125, 0.25, -2);
  const pruner = createPruner({
    backend: hostBackend(),
    weights: [{ name: 'kernel', weight }],
    schedule: constantSparsity(0.5),
  });
  await pruner.update(0);
  expect([...weight]).toEqual([0.5, 0, 0, -2]);
  expect(usualKernels().kernels).toBe('wasm-simd');
  expect(packSparse(weight, [2, 2]).kept).toBe(2);
  expect(typeof pruneModel).toBe('function');
  const file = buildModel({
    inputs: { x: { type: 'float32' } },
    tensors: { w: { shape: [16, 16], data: Float32Array.from({ length: 256 }, (_, i) => i + 1) } },
    nodes: [['MatMul', ['x', 'w'], ['y']]],
    outputs: ['y'],
  });
  const { model } = await pruneOnnx(file, { sparsity: 0.25 });
  expect(findWeights(model).map(({ name }) => name)).toEqual(['w']);
});
