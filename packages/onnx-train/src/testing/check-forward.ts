import { buildModel } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import type { TestModel, TestTensor } from './models.js';
import { load } from './runtime.js';

/** A float32 apart from another by this is another rounding. */
const CLOSE = 2e-6;

/**
 * That a step computes of a model's float tensors what onnxruntime computes of the model itself, in every output, bits
 * of NaN and infinities included.
 */
export async function checkForward(
  model: TestModel,
  options: Partial<TrainingStepOptions> = {},
): Promise<readonly TestTensor[]> {
  const bytes = buildModel(model);
  const plain = await load(bytes);
  const expected = await plain.run({});
  await plain.release();
  const names = Object.keys(model.tensors ?? {}).filter(
    (name) => (model.tensors![name]!.type ?? 'float32') === 'float32',
  );
  const found: TestTensor[] = [];
  for (const output of model.outputs) {
    const step = buildTrainingStep(bytes, {
      loss: 'mse',
      outputs: output,
      optimizer: 'sgd',
      trainable: (weight) => names.includes(weight.name),
      masked: [],
      ...options,
    });
    const runner = await load(step.model);
    const feeds: Record<string, TestTensor> = {};
    for (const { input, shape, initial } of step.weights) feeds[input] = { shape, data: [...initial] };
    for (const { name, shape } of step.inputs)
      feeds[name] = { shape, data: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0) };
    for (const name of [step.learningRate, step.step]) feeds[name] = { shape: [], data: [0] };
    const computed = (await runner.run(feeds))[step.outputs[0]!.name]!;
    await runner.release();
    const wanted = expected[output]!;
    expect(computed.shape, output).toEqual(wanted.shape);
    const largest = Math.max(1, ...wanted.data.filter(Number.isFinite).map(Math.abs));
    computed.data.forEach((value, index) => {
      const other = wanted.data[index]!;
      const same = Object.is(value, other) || Math.abs(value - other) <= CLOSE * largest;
      expect(same, `${output}[${index}]: ${value}, the runtime ${other}`).toBe(true);
    });
    found.push(computed);
  }
  return found;
}
