/* Reads the states of a folder, whichever release wrote them, and goes on from there. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPruner } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { createTrainer } from '@synaprune/onnxruntime';
import { unpack } from '@synaprune/sparse';
import { loadModel, pruneModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { batch, onnxModel, schedule, tensors, tfjsModel, trainerOptions, values } from './made.mjs';

const [folder = 'states'] = process.argv.slice(2);
const read = (/** @type {string} */ name) => readFileSync(join(folder, name));
const readJson = (/** @type {string} */ name) => JSON.parse(read(name).toString('utf8'));
const zerosOf = (/** @type {Iterable<number>} */ data) =>
  [...data].filter((value) => Object.is(value, 0)).length;

// Position 5 of 10 towards four fifths: two fifths of 64 weights, which is 25, were gone.
const saved = readJson('pruner.json');
const weight = Float32Array.from(saved.weight);
assert.equal(zerosOf(weight), 25);
// What a mask dropped comes back to life, and the restored mask drops it again.
const revived = weight.map((value) => (value === 0 ? 99 : value));
const pruner = createPruner({
  backend: hostBackend(),
  weights: [{ name: 'kernel', weight: revived }],
  schedule,
});
await pruner.restore(saved.state);
await pruner.enforce();
assert.deepEqual(revived, weight);
await pruner.update(10);
assert.equal(zerosOf(revived), 51);
assert.deepEqual(
  new Set(revived.filter((value) => value !== 0)),
  new Set(values(64).filter((value) => Math.abs(value) > 51 / 64)),
);

await tf.setBackend('cpu');
const artifacts = readJson('tfjs-model.json');
const weightData = Uint8Array.from(read('tfjs-weights.bin')).buffer;
const loaded = await loadModel(tf.io.fromMemory({ ...artifacts, weightData }));
const kernel = loaded.model.getWeights()[0]?.dataSync() ?? [];
assert.equal(zerosOf(kernel), 8);
const dense = tfjsModel().getWeights()[0]?.dataSync() ?? [];
assert.deepEqual(
  [...kernel].filter((value) => value !== 0),
  [...dense].filter((value) => Math.abs(value) > 8 / 64),
);
loaded.model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const pruning = pruneModel(loaded.model, { schedule, print: false });
await pruning.restore(/** @type {NonNullable<typeof loaded.saved>} */ (loaded.saved));
assert.equal((await pruning.pruner.report()).total.kept, 12);
await pruning.pruner.update(10);
assert.equal((await pruning.pruner.report()).total.kept, 4);

const unpacked = await unpack(read('tensors.synp'), { kind: 'state' });
for (const [name, { shape, data }] of Object.entries(tensors())) {
  assert.deepEqual([unpacked[name]?.shape, unpacked[name]?.data], [shape, data]);
}
assert.deepEqual(
  Buffer.from(await unpack(read('onnx-model.synp'), { kind: 'onnx' })),
  Buffer.from(onnxModel()),
);

process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');
const { state, weights, report } = readJson('trainer.json');
const trainer = await createTrainer({ ort, ...trainerOptions() });
const trained = trainer.prune({ schedule, every: 1 });
await trained.restore(state);
assert.equal(trainer.steps, 5);
for (const [name, data] of await trainer.read()) assert.deepEqual([...data], weights[name]);
assert.deepEqual((await trained.report()).total.kept, report.kept);
for (let i = 0; i < 6; i += 1) await trainer.step(batch());
// A ramp to four fifths of 128 weights, which is 102, has ended.
assert.equal((await trained.report()).total.kept, 26);
await trainer.dispose();
