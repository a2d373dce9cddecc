import { decodeModel } from '@synaprune/onnx';
import type { ElementType } from '@synaprune/onnx/graph';
import { buildModel } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { numbers, type TestModel, type TestTensor } from './models.js';
import { load, type Runner } from './runtime.js';

/** A computation whose gradients are to be checked: of a random sum of the elements of its outputs. */
export interface GradientCase extends Omit<TestModel, 'inputs'> {
  /** Names of the tensors to differentiate by; all float ones unless told. */
  readonly by?: readonly string[];
  readonly options?: Partial<TrainingStepOptions>;
  /** `true` for what is linear in each tensor: then a step of any size is exact, and float32 may take a large one. */
  readonly linear?: boolean;
  /** For operators that onnxruntime takes in float64 and computes in float32. */
  readonly single?: boolean;
}

/*
 * Tolerances, relative to the largest gradient of the tensor (or 1). A step graph computes in float32, so its
 * gradients carry errors of some 1e-6 by themselves. Differences of a forward pass in float64 with a step of
 * 1e-4 err by 1e-8. Where onnxruntime has no float64 kernel, a five-point difference of float32 with a step of
 * 0.05 errs by about 3e-6 for each unit of the sum's size, and by 2e-7 through the fifth derivative.
 */
const tolerance = { float64: 2e-5, float32: 3e-4 };

/** Compares gradients with differences, both run by onnxruntime. Returns the precision of the differences. */
export async function checkGradients(test: GradientCase): Promise<ElementType> {
  const { by, options, linear, single, ...model } = test;
  const tensors = model.tensors ?? {};
  const names = by ?? Object.keys(tensors).filter((name) => (tensors[name]!.type ?? 'float32') === 'float32');
  const shapes = await outputShapes(model);
  const full = withSum(model, shapes);
  const step = buildTrainingStep(buildModel(full), {
    loss: { kind: 'output', name: 'the sum' },
    optimizer: 'sgd',
    gradients: true,
    trainable: names,
    masked: [],
    batchNormalization: 'inference',
    ...options,
  });
  const runner = await load(step.model);
  const feeds: Record<string, TestTensor> = { [step.learningRate]: scalar(0), [step.step]: scalar(1) };
  for (const { input, shape, initial } of step.weights) feeds[input] = { shape, data: [...initial] };
  for (const { input, shape, initial } of step.buffers) feeds[input] = { shape, data: [...initial] };
  const results = await runner.run(feeds);
  await runner.release();
  // What the step graph declares, by its own inference, is what the runtime computes.
  for (const { name, type } of decodeModel(step.model).graph!.output) {
    const declared = type?.value.case === 'tensorType' ? type.value.value.shape?.dim : undefined;
    expect(
      declared?.map(({ value }) => Number(value.value)),
      name,
    ).toEqual(results[name]!.shape);
  }
  for (const { name, modelName } of step.outputs) {
    expect(results[name]!.shape, modelName).toEqual(shapes.get(modelName) ?? []);
  }
  const { forward, type } = await numericForward(full, names, single ?? false);
  for (const name of names) {
    const weight = step.weights.find((one) => one.name === name);
    const computed = weight ? results[weight.gradient!]!.data : undefined;
    const differences = await differencesOf(forward, full, names, name, type, linear ?? false);
    expect(computed, `the gradient by ${name}`).toBeDefined();
    const scale = Math.max(1, ...differences.map(Math.abs));
    const errors = differences.map((difference, index) => Math.abs(difference - computed![index]!) / scale);
    const worst = errors.indexOf(Math.max(...errors));
    expect(
      errors.every((error) => error <= tolerance[type]),
      `by ${name}[${worst}]: ${computed![worst]} computed, ${differences[worst]} by differences in ${type}`,
    ).toBe(true);
  }
  await forward.release();
  return type;
}

const scalar = (value: number): TestTensor => ({ shape: [], data: [value] });

async function outputShapes(model: TestModel): Promise<Map<string, readonly number[]>> {
  const runner = await load(buildModel(model));
  const results = await runner.run({});
  await runner.release();
  return new Map(Object.entries(results).map(([name, { shape }]) => [name, shape]));
}

/** The model with one more output, a sum of all its outputs' elements with random weights. */
function withSum(model: TestModel, shapes: ReadonlyMap<string, readonly number[]>): TestModel {
  const parts = model.outputs.map((name, index) => {
    const shape = shapes.get(name)!;
    const size = shape.reduce((a, b) => a * b, 1);
    const weights: TestTensor = { shape: [size], data: numbers(size, 77 + index) };
    return { name, index, weights };
  });
  return {
    ...model,
    tensors: {
      ...model.tensors,
      'flat shape': { type: 'int64', shape: [1], data: [-1] },
      ...Object.fromEntries(parts.map(({ index, weights }) => [`random ${index}`, weights])),
    },
    nodes: [
      ...model.nodes,
      ...parts.flatMap(({ name, index }) => [
        ['Reshape', [name, 'flat shape'], [`flat ${index}`]] as const,
        ['MatMul', [`flat ${index}`, `random ${index}`], [`sum ${index}`]] as const,
      ]),
      ...parts.slice(1).map(({ index }) => {
        const before = index === 1 ? 'sum 0' : `total ${index - 1}`;
        return ['Add', [before, `sum ${index}`], [`total ${index}`]] as const;
      }),
      ['Identity', [parts.length === 1 ? 'sum 0' : `total ${parts.length - 1}`], ['the sum']],
    ],
    outputs: [...model.outputs, 'the sum'],
  };
}

/** The model with tensors as inputs, in float64 where onnxruntime has the kernels. */
async function numericForward(
  model: TestModel,
  names: readonly string[],
  single: boolean,
): Promise<{ forward: Runner; type: 'float64' | 'float32' }> {
  const tensors = model.tensors ?? {};
  const forward = {
    ...model,
    outputs: ['the sum'],
    inputs: Object.fromEntries(names.map((name) => [name, { shape: tensors[name]!.shape }])),
    tensors: Object.fromEntries(Object.entries(tensors).filter(([name]) => !names.includes(name))),
  };
  if (single) return { forward: await load(buildModel(forward)), type: 'float32' };
  try {
    const runner = await load(buildModel(inFloat64(forward)));
    await runner.run(Object.fromEntries(names.map((name) => [name, { ...tensors[name]!, type: 'float64' }])));
    return { forward: runner, type: 'float64' };
  } catch {
    return { forward: await load(buildModel(forward)), type: 'float32' };
  }
}

/** The same in float64: onnxruntime has most kernels for both. */
function inFloat64({ inputs = {}, tensors = {}, ...model }: TestModel): TestModel {
  const widened = <Typed extends { readonly type?: ElementType }>(all: Readonly<Record<string, Typed>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { type = 'float32', ...rest }]) => [
        name,
        { ...rest, type: type === 'float32' ? 'float64' : type } as Typed,
      ]),
    );
  return { ...model, inputs: widened(inputs), tensors: widened(tensors) };
}

async function differencesOf(
  forward: Runner,
  model: TestModel,
  names: readonly string[],
  by: string,
  type: 'float64' | 'float32',
  linear: boolean,
): Promise<number[]> {
  const tensors = model.tensors!;
  const at = async (index: number, by_: number): Promise<number> => {
    const feeds = names.map((name): [string, TestTensor] => {
      const { shape, data } = tensors[name]!;
      const moved = name === by ? data.map((x, other) => (other === index ? x + by_ : x)) : data;
      return [name, { shape, data: moved, type }];
    });
    return (await forward.run(Object.fromEntries(feeds)))['the sum']!.data[0]!;
  };
  const differences: number[] = [];
  for (let index = 0; index < tensors[by]!.data.length; index++) {
    if (linear) differences.push((await at(index, 1)) - (await at(index, 0)));
    else if (type === 'float64')
      differences.push(((await at(index, 1e-4)) - (await at(index, -1e-4))) / 2e-4);
    else {
      const h = 0.05;
      const near = (await at(index, h)) - (await at(index, -h));
      const far = (await at(index, 2 * h)) - (await at(index, -2 * h));
      differences.push((8 * near - far) / (12 * h));
    }
  }
  return differences;
}
