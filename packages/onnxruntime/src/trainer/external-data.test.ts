import { constantSparsity, createPruner } from '@synaprune/core';
import {
  create,
  decodeModel,
  encodeModel,
  StringStringEntryProtoSchema,
  TensorProto_DataLocation,
} from '@synaprune/onnx';
import { expect, it } from 'vitest';
import { createTrainer } from '../index.js';
import { perceptron, perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';

const { ort, executionProviders } = await useNode();
const options = { ort, executionProviders, loss: 'mse', optimizer: 'adam', learningRate: 0.01 } as const;

/** The model with its first kernel in a file beside it. */
function moveOutside(bytes: Uint8Array) {
  const model = decodeModel(bytes);
  const [kernel] = model.graph!.initializer;
  const externalData = { 'model.onnx.data': kernel!.rawData };
  kernel!.rawData = new Uint8Array(0);
  kernel!.dataLocation = TensorProto_DataLocation.EXTERNAL;
  kernel!.externalData = [
    create(StringStringEntryProtoSchema, { key: 'location', value: 'model.onnx.data' }),
  ];
  return { model: encodeModel(model), externalData };
}

async function train(files: Pick<Parameters<typeof createTrainer>[0], 'model' | 'externalData'>) {
  const trainer = await createTrainer({ ...options, ...files });
  const pruner = createPruner({
    backend: trainer.backend,
    weights: trainer.weights,
    schedule: constantSparsity(0.5),
  });
  const batch = perceptronBatch(4, 1);
  await trainer.step(batch);
  await pruner.update(0);
  const { loss } = await trainer.step(batch);
  const predicted = await trainer.predict(batch.inputs);
  const exported = await trainer.export();
  pruner.dispose();
  await trainer.dispose();
  return { loss, predicted: Object.values(predicted).map(({ data }) => data), exported };
}

it('a model with weights in another file trains, predicts and is exported as if they were in it', async () => {
  const inside = await train({ model: perceptron() });
  const outside = await train(moveOutside(perceptron()));
  expect(outside.loss).toBe(inside.loss);
  expect(outside.predicted).toEqual(inside.predicted);
  expect(decodeModel(outside.exported)).toEqual(decodeModel(inside.exported));
});

it('and without the file it is refused, with what to give', async () => {
  const { model } = moveOutside(perceptron());
  await expect(createTrainer({ ...options, model })).rejects.toMatchObject({
    code: 'external-data',
    message: expect.stringContaining('externalData: { "model.onnx.data": bytes }'),
  });
});

it('what is no model is told by what it is', async () => {
  const model = new TextEncoder().encode('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n');
  await expect(createTrainer({ ...options, model })).rejects.toMatchObject({
    code: 'bad-model',
    message: expect.stringMatching(/git-lfs pointer.*git lfs pull/),
  });
});
