import { buildModel } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { numbers, type TestModel, type TestTensor } from './models.js';
import { load } from './runtime.js';

const BATCH = 3;

/**
 * That predictions and loss of a step for three samples are those of the model for each by itself.
 *
 * @param axis the one along which samples lie in its output
 */
export async function isEachAlone(model: TestModel, axis = 0): Promise<void> {
  const bytes = buildModel(model);
  const { shape } = model.inputs!.x!;
  const size = shape.reduce((a, b) => a * b, 1);
  const plain = await load(bytes);
  const samples = Array.from({ length: BATCH }, (_, at) => numbers(size, 30 + at));
  const alone: TestTensor[] = [];
  for (const data of samples) alone.push((await plain.run({ x: { shape, data } })).y!);
  await plain.release();
  const step = buildTrainingStep(bytes, {
    loss: 'mse',
    optimizer: 'sgd',
    masked: [],
    batch: BATCH,
    batchNormalization: 'inference',
  });
  const [x, target] = step.inputs;
  expect(x!.shape).toEqual([BATCH, ...shape.slice(1)]);
  const runner = await load(step.model);
  const feeds: Record<string, TestTensor> = {
    [x!.name]: { shape: x!.shape, data: samples.flat() },
    [target!.name]: {
      shape: target!.shape,
      data: new Array<number>(target!.shape.reduce((a, b) => a * b, 1)).fill(0),
    },
    [step.learningRate]: { shape: [], data: [0] },
    [step.step]: { shape: [], data: [1] },
  };
  for (const { input, shape: own, initial } of step.weights)
    feeds[input] = { shape: own, data: [...initial] };
  const results = await runner.run(feeds);
  await runner.release();
  const y = results[step.outputs[0]!.name]!;
  expect(y.shape).toEqual(alone[0]!.shape.map((length, at) => (at === axis ? length * BATCH : length)));
  const outer = y.shape.slice(0, axis).reduce((a, b) => a * b, 1);
  const row = alone[0]!.data.length / outer;
  for (const [sample, one] of alone.entries()) {
    for (const [at, value] of one.data.entries()) {
      const place = (Math.floor(at / row) * BATCH + sample) * row + (at % row);
      expect(Math.abs(y.data[place]! - value), `sample ${sample}[${at}]`).toBeLessThan(1e-5);
    }
  }
  const squares = alone.flatMap(({ data }) => data.map((value) => value * value));
  const mean = squares.reduce((a, b) => a + b, 0) / squares.length;
  expect(results[step.loss]!.data[0]!).toBeCloseTo(mean, 4);
}
