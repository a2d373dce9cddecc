/* The files of a layers model: found, pruned, shrunk, written and read again, without TensorFlow.js. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeTfjs, findTfjsWeights, pruneTfjs, shrinkTfjs } from '@synaprune/tfjs-files';
import { readTfjsFiles, writeTfjsFiles } from '@synaprune/tfjs-files/node';

/** @param {string} name @param {number} units @param {number} inputs */
const dense = (name, units, inputs) => ({
  class_name: 'Dense',
  config: { name, units, batch_input_shape: [null, inputs] },
});
const model = decodeTfjs(
  {
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'model', layers: [dense('hidden', 16, 8), dense('out', 2, 16)] },
    },
    weightsManifest: [
      {
        paths: ['group1-shard1of1.bin'],
        weights: [
          { name: 'hidden/kernel', shape: [8, 16], dtype: 'float32' },
          { name: 'hidden/bias', shape: [16], dtype: 'float32' },
          { name: 'out/kernel', shape: [16, 2], dtype: 'float32' },
          { name: 'out/bias', shape: [2], dtype: 'float32' },
        ],
      },
    ],
  },
  {
    'group1-shard1of1.bin': new Uint8Array(
      Float32Array.from({ length: 128 + 16 + 32 + 2 }, (_, i) => i + 1).buffer,
    ),
  },
);
assert.deepEqual(
  findTfjsWeights(model).map(({ name, pruned }) => [name, pruned]),
  [
    ['hidden/kernel', true],
    ['hidden/bias', false],
    ['out/kernel', true],
    ['out/bias', false],
  ],
);

const pruned = await pruneTfjs(model, { sparsity: 0.5 });
assert.deepEqual(pruned.report.total.zeros, { before: 0, after: 80 });
const small = shrinkTfjs(model, { keep: 0.5 });
assert.deepEqual(small.report.parameters, { before: 178, after: 8 * 8 + 8 + 8 * 2 + 2 });

const folder = await mkdtemp(join(tmpdir(), 'synaprune-'));
try {
  await writeTfjsFiles(join(folder, 'model.json'), pruned.artifacts);
  const read = await readTfjsFiles(join(folder, 'model.json'));
  assert.deepEqual(findTfjsWeights(read), findTfjsWeights(pruned.artifacts));
} finally {
  await rm(folder, { recursive: true });
}
