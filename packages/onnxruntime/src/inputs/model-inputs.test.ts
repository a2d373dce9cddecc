import { decodeModel, encodeModel } from '@synaprune/onnx';
import { expect, it } from 'vitest';
import { shapesOf } from '../batch/batch.js';
import { perceptron, perceptronBatch } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';
import { modelInputs } from './model-inputs.js';

/** The perceptron with no word about the shape of its input, as some exporters write it. */
function shapeless(): Uint8Array {
  const model = decodeModel(perceptron());
  const value = model.graph!.input[0]!.type!.value;
  if (value.case === 'tensorType') delete value.value.shape;
  return encodeModel(model);
}

it('tells an input without a shape from a scalar', () => {
  expect(modelInputs(shapeless())).toMatchObject([{ name: 'x', dims: null }]);
  expect(modelInputs(perceptron())).toMatchObject([{ name: 'x', dims: [null, 6] }]);
});

it('trains a model whose input has no shape, once the caller gives one', async () => {
  const runtime = await useNode();
  const batch = perceptronBatch(4, 1);
  const x = batch.inputs.x as Float32Array;
  const trainer = await startTrainer(runtime, { model: shapeless(), inputs: { x: [4, 6] } });
  await expect(trainer.step({ ...batch, inputs: { x } })).rejects.toThrow(
    'input "x" may have any shape: give { data, dims }, got 24 bare elements',
  );
  const shaped = { ...batch, inputs: { x: { data: x, dims: [4, 6] } } };
  const reference = await startTrainer(runtime, { model: perceptron() });
  expect(await trainer.step(shaped)).toEqual(await reference.step(batch));
  await trainer.dispose();
  await reference.dispose();
});

it('says of a model with its batch written in what would do, where only the batch is another', () => {
  const declared = [{ name: 'x', dims: [1, 3] }];
  const way =
    ': the exporter wrote a batch of 1 into the model; export it with a dynamic first axis, or say how many a batch has (batch), or give batches of 1';
  expect(() => shapesOf({ x: new Float32Array(6) }, declared)).toThrow(
    `input "x" has the shape [1, 3], got 6 elements${way}`,
  );
  expect(() => shapesOf({ x: { data: new Float32Array(6), dims: [2, 3] } }, declared)).toThrow(
    `input "x" has the shape [1, 3], got [2, 3]${way}`,
  );
  expect(() => shapesOf({ x: new Float32Array(4) }, declared)).toThrow(/got 4 elements$/);
  expect(() => shapesOf({ x: { data: new Float32Array(4), dims: [2, 2] } }, declared)).toThrow(
    /got \[2, 2\]$/,
  );
});
