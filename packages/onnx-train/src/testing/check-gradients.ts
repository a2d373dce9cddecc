import { decodeModel } from '@synaprune/onnx';
import type { ElementType } from '@synaprune/onnx/graph';
import { buildModel } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { inFloat64 } from './in-float64.js';
import { numbers, type TestModel, type TestTensor } from './models.js';
import { load } from './runtime.js';

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
 * 1e-4 err by 1e-8. Where there is none, a five-point difference of float32 with a step of 0.05 errs by about 3e-6
 * for each unit of the sum's size, and by 2e-7 through the fifth derivative.
 */
const tolerance = { float64: 2e-5, float32: 3e-4 };

/** How far the runtime's sum in float32 may lie from that of the same in float64, relative to its size (or 1). */
const CLOSE = 1e-5;

/** The sum for other elements of the tensors it is differentiated by. */
interface Sum {
  at(tensors: ReadonlyMap<string, TestTensor>): Promise<number>;
  release(): Promise<void>;
}

/**
 * Compares gradients with differences, both run by onnxruntime. Returns the precision of the differences: float64,
 * of the model, or, where onnxruntime has no float64 of an operator, of what the step computes for it; then that is
 * held against the runtime's float32 wherever an element is moved by a twentieth. float32 where neither is there.
 */
export async function checkGradients(test: GradientCase): Promise<ElementType> {
  const { by, options, linear = false, single = false, ...model } = test;
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
  const start = new Map(names.map((name) => [name, tensors[name]!]));
  const wide = single ? undefined : await sumOf(full, start, 'float64').catch(() => undefined);
  const narrow = wide ? undefined : await sumOf(full, start, 'float32');
  const written = wide || linear ? undefined : await writtenSum(step, start).catch(() => undefined);
  const type = wide || written ? 'float64' : 'float32';
  if (narrow && written) await expectSame(narrow, written, start);
  for (const name of names) {
    const weight = step.weights.find((one) => one.name === name);
    const computed = weight ? results[weight.gradient!]!.data : undefined;
    const differences = await differencesOf((wide ?? written ?? narrow)!, start, name, type, linear);
    expect(computed, `the gradient by ${name}`).toBeDefined();
    const scale = Math.max(1, ...differences.map(Math.abs));
    const errors = differences.map((difference, index) => Math.abs(difference - computed![index]!) / scale);
    const worst = errors.indexOf(Math.max(...errors));
    expect(
      errors.every((error) => error <= tolerance[type]),
      `by ${name}[${worst}]: ${computed![worst]} computed, ${differences[worst]} by differences in ${type}`,
    ).toBe(true);
  }
  for (const sum of [wide, narrow, written]) await sum?.release();
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

/** The model's sum, with tensors as inputs. @throws where the runtime has no kernels of the type */
async function sumOf(
  model: TestModel,
  start: ReadonlyMap<string, TestTensor>,
  type: 'float64' | 'float32',
): Promise<Sum> {
  const forward = {
    ...model,
    outputs: ['the sum'],
    inputs: Object.fromEntries([...start].map(([name, { shape }]) => [name, { shape }])),
    tensors: Object.fromEntries(Object.entries(model.tensors ?? {}).filter(([name]) => !start.has(name))),
  };
  const runner = await load(buildModel(type === 'float64' ? widened(forward) : forward));
  const sum: Sum = {
    async at(tensors) {
      const feeds = [...tensors].map(([name, tensor]) => [name, { ...tensor, type }] as const);
      return (await runner.run(Object.fromEntries(feeds)))['the sum']!.data[0]!;
    },
    release: () => runner.release(),
  };
  await sum.at(start);
  return sum;
}

/** The sum as a step computes it, in float64. @throws where the runtime has no kernels of it */
async function writtenSum(step: TrainingStep, start: ReadonlyMap<string, TestTensor>): Promise<Sum> {
  const bytes = inFloat64(step.model, step.loss);
  const runner = await load(bytes);
  const read = new Set(decodeModel(bytes).graph!.input.map(({ name }) => name));
  const sum: Sum = {
    async at(tensors) {
      const fed = [
        ...step.weights.map(({ name, input }) => [input, tensors.get(name)!] as const),
        ...step.buffers.map(({ input, shape, initial }) => [input, { shape, data: [...initial] }] as const),
      ];
      const feeds = fed
        .filter(([name]) => read.has(name))
        .map(([name, tensor]) => [name, { ...tensor, type: 'float64' as const }]);
      return (await runner.run(Object.fromEntries(feeds)))[step.loss]!.data[0]!;
    },
    release: () => runner.release(),
  };
  await sum.at(start);
  return sum;
}

/** The same in float64: onnxruntime has most kernels for both. */
function widened({ inputs = {}, tensors = {}, ...model }: TestModel): TestModel {
  const wide = <Typed extends { readonly type?: ElementType }>(all: Readonly<Record<string, Typed>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { type = 'float32', ...rest }]) => [
        name,
        { ...rest, type: type === 'float32' ? 'float64' : type } as Typed,
      ]),
    );
  return { ...model, inputs: wide(inputs), tensors: wide(tensors) };
}

/** The tensors with one element of one of them moved. */
function moved(
  start: ReadonlyMap<string, TestTensor>,
  name: string,
  index: number,
  by: number,
): ReadonlyMap<string, TestTensor> {
  const { data, ...rest } = start.get(name)!;
  return new Map([...start, [name, { ...rest, data: data.with(index, data[index]! + by) }]]);
}

async function expectSame(a: Sum, b: Sum, start: ReadonlyMap<string, TestTensor>): Promise<void> {
  const places = [...start].flatMap(([name, { data }]) => data.map((_, index) => [name, index] as const));
  const points = [
    start,
    ...places.map(([name, index]) => moved(start, name, index, index % 2 ? 0.05 : -0.05)),
  ];
  for (const [at, point] of points.entries()) {
    const [single, double] = [await a.at(point), await b.at(point)];
    const error = Math.abs(single - double) / Math.max(1, Math.abs(double));
    const where = at === 0 ? 'as it is' : `with ${places[at - 1]} moved`;
    expect(error, `${where}: the runtime gives ${single}, the step ${double}`).toBeLessThanOrEqual(CLOSE);
  }
}

async function differencesOf(
  sum: Sum,
  start: ReadonlyMap<string, TestTensor>,
  name: string,
  type: 'float64' | 'float32',
  linear: boolean,
): Promise<number[]> {
  const at = (index: number, by: number) => sum.at(moved(start, name, index, by));
  const differences: number[] = [];
  for (let index = 0; index < start.get(name)!.data.length; index++) {
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
