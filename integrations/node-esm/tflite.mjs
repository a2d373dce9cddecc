/* A layers model made a .tflite, and pruned. */
import assert from 'node:assert/strict';
import { convertTfjs, findTfliteWeights, lintTflite, pruneTflite } from '@synaprune/tflite';

const config = { name: 'out', units: 8, batch_input_shape: [null, 16] };
const bytes = convertTfjs({
  modelTopology: {
    class_name: 'Sequential',
    config: { name: 'model', layers: [{ class_name: 'Dense', config }] },
  },
  weightSpecs: [{ name: 'out/kernel', shape: [16, 8], dtype: 'float32' }],
  weightData: Float32Array.from({ length: 128 }, (_, i) => ((i % 2 === 0 ? 1 : -1) * (i + 1)) / 64).buffer,
});
assert.deepEqual(
  findTfliteWeights(bytes).map(({ name, pruned }) => [name, pruned]),
  [
    ['out/kernel', true],
    ['out/bias', false],
  ],
);
const { model, report } = await pruneTflite(bytes, { sparsity: 0.75 });
assert.deepEqual([model.length, report.total.zeros], [bytes.length, { before: 0, after: 96 }]);
assert.deepEqual(
  lintTflite(model).layers.map(({ name, runs }) => [name, runs]),
  [['out', 'dense']],
);
