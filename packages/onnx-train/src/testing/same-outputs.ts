import { buildModel } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import type { TestModel, TestTensor } from './models.js';
import { load, startTraining } from './runtime.js';

/** That a step computes of its inputs what the model's own node gives in the runtime, NaN for NaN. */
export async function expectSameOutputs(
  node: TestModel['nodes'][number],
  tensors: Readonly<Record<string, TestTensor>>,
  opset = 20,
): Promise<void> {
  const isFed = ({ type = 'float32' }: TestTensor) => type === 'float32';
  const fed = Object.entries(tensors).filter(([, tensor]) => isFed(tensor));
  const model: TestModel = {
    inputs: Object.fromEntries(fed.map(([name, { shape }]) => [name, { shape }])),
    tensors: {
      ...Object.fromEntries(Object.entries(tensors).filter(([, tensor]) => !isFed(tensor))),
      // Something to train, behind the node.
      bias: { shape: [1], data: [0] },
    },
    nodes: [node, ['Add', [node[2][0]!, 'bias'], ['z']]],
    outputs: ['z'],
    opset,
  };
  const bytes = buildModel(model);
  const runner = await load(bytes);
  const feeds = Object.fromEntries(fed);
  const expected = (await runner.run(feeds)).z!;
  await runner.release();
  const step = buildTrainingStep(bytes, { loss: 'mse', optimizer: 'sgd', trainable: ['bias'], masked: [] });
  const training = await startTraining(step, false);
  const target = step.inputs.find(({ role }) => role === 'target')!;
  const zeros = { shape: target.shape, data: expected.data.map(() => 0) };
  const { all } = await training.run({ ...feeds, [target.name]: zeros }, 0);
  await training.release();
  const found = all[step.outputs[0]!.name]!;
  expect(found.shape).toEqual(expected.shape);
  const largest = Math.max(1, ...expected.data.filter((each) => Number.isFinite(each)).map(Math.abs));
  expected.data.forEach((each, at) => {
    const own = found.data[at]!;
    const same = Object.is(own, each) || Math.abs(own - each) <= 2e-5 * largest;
    expect(same, `element ${at}: ${own} computed, ${each} by the runtime`).toBe(true);
  });
}
