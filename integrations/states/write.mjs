/* Writes one state of each kind that is saved by a user, into the folder it is told: half-way through a run. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createPruner } from '@synaprune/core';
import { hostBackend } from '@synaprune/host';
import { createTrainer } from '@synaprune/onnxruntime';
import { pack } from '@synaprune/sparse';
import { pruneModel, saveModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { batch, onnxModel, schedule, tensors, tfjsModel, trainerOptions, values } from './made.mjs';

const [folder = 'states'] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
/** @param {string} name @param {unknown} value */
const writeJson = (name, value) => writeFileSync(join(folder, name), `${JSON.stringify(value)}\n`);

const weight = values(64);
const pruner = createPruner({ backend: hostBackend(), weights: [{ name: 'kernel', weight }], schedule });
await pruner.update(5);
writeJson('pruner.json', { state: await pruner.save(), weight: [...weight] });
pruner.dispose();

await tf.setBackend('cpu');
const model = tfjsModel();
const pruning = pruneModel(model, { schedule, print: false });
await pruning.pruner.update(5);
const handler = tf.io.withSaveHandler(async ({ weightData, ...artifacts }) => {
  writeJson('tfjs-model.json', artifacts);
  writeFileSync(join(folder, 'tfjs-weights.bin'), new Uint8Array(/** @type {ArrayBuffer} */ (weightData)));
  return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
});
await saveModel(model, pruning, handler, { masks: true });
pruning.dispose();

writeFileSync(join(folder, 'tensors.synp'), (await pack(tensors())).bytes);
writeFileSync(join(folder, 'onnx-model.synp'), (await pack(onnxModel())).bytes);

process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');
const trainer = await createTrainer({ ort, ...trainerOptions() });
const trained = trainer.prune({ schedule, every: 1 });
for (let i = 0; i < 5; i += 1) await trainer.step(batch());
writeJson('trainer.json', {
  state: await trained.save(),
  weights: Object.fromEntries([...(await trainer.read())].map(([name, data]) => [name, [...data]])),
  report: (await trained.report()).total,
});
await trainer.dispose();
