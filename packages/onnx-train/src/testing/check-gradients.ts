import { decodeModel } from '@synaprune/onnx';
import { buildModel } from '@synaprune/onnx/graph';
import { expect } from 'vitest';
import type { TrainingStepOptions } from '../options/options.js';
import type { TrainingStep } from '../options/training-step.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { loadInFloat64 } from './float64/load-in-float64.js';
import { numbers, type TestModel, type TestTensor } from './models.js';
import { load, type Runner } from './runtime.js';

/** A computation whose gradients are to be checked: of a random sum of the elements of its outputs. */
export interface GradientCase extends Omit<TestModel, 'inputs'> {
  /** Names of the tensors to differentiate by; all float ones unless told. */
  readonly by?: readonly string[];
  readonly options?: Partial<TrainingStepOptions>;
  /** For operators that onnxruntime takes in float64 and computes in float32. */
  readonly single?: boolean;
}

const SUM = 'the sum';

/*
 * Relative to the largest gradient of the tensor (or 1). A step graph computes in float32, so its gradients carry
 * errors of some 1e-6 by themselves; differences of a forward pass in float64 with a step of 1e-4 err by 1e-8.
 */
const TOLERANCE = 2e-5;
const STEP = 1e-4;

/** How far the runtime's sum in float32 may lie from that in float64, relative to its size (or 1). */
const CLOSE = 1e-5;

type Tensors = ReadonlyMap<string, TestTensor>;

/** The sum for other elements of the tensors it is differentiated by. */
interface Sum {
  at(tensors: Tensors): Promise<number>;
  release(): Promise<void>;
}

/**
 * Compares gradients, run by onnxruntime, with differences in float64: of the model, or, where neither onnxruntime
 * nor a reference has an operator in float64, of what the step computes for it. Either is held against the runtime's
 * float32 wherever an element is moved by a twentieth.
 *
 * @throws where there is no float64 of the model and of the step
 */
export async function checkGradients(test: GradientCase): Promise<void> {
  const { by, options, single = false, ...model } = test;
  const tensors = model.tensors ?? {};
  const names = by ?? Object.keys(tensors).filter((name) => (tensors[name]!.type ?? 'float32') === 'float32');
  const shapes = await outputShapes(model);
  const full = withSum(model, shapes);
  const step = buildTrainingStep(buildModel(full), {
    loss: { kind: 'output', name: SUM },
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
  const bytes = forwardModel(full, start);
  const runtime = sumOf(await load(bytes), SUM, Object.fromEntries, 'float32');
  const exact = await float64Sum(bytes, step, start, single);
  await expectSame(runtime, exact, start);
  for (const name of names) {
    const weight = step.weights.find((one) => one.name === name);
    const computed = weight ? results[weight.gradient!]!.data : undefined;
    const differences = await differencesOf(exact, start, name);
    expect(computed, `the gradient by ${name}`).toBeDefined();
    const scale = Math.max(1, ...differences.map(Math.abs));
    const errors = differences.map((difference, index) => Math.abs(difference - computed![index]!) / scale);
    const worst = errors.indexOf(Math.max(...errors));
    expect(
      errors.every((error) => error <= TOLERANCE),
      `by ${name}[${worst}]: ${computed![worst]} computed, ${differences[worst]} by differences`,
    ).toBe(true);
  }
  for (const sum of [runtime, exact]) await sum.release();
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
      ['Identity', [parts.length === 1 ? 'sum 0' : `total ${parts.length - 1}`], [SUM]],
    ],
    outputs: [...model.outputs, SUM],
  };
}

/** The model's sum, with tensors as inputs. */
const forwardModel = (model: TestModel, start: Tensors): Uint8Array =>
  buildModel({
    ...model,
    outputs: [SUM],
    inputs: Object.fromEntries([...start].map(([name, { shape }]) => [name, { shape }])),
    tensors: Object.fromEntries(Object.entries(model.tensors ?? {}).filter(([name]) => !start.has(name))),
  });

function sumOf(
  runner: Runner,
  output: string,
  feedsOf: (tensors: Tensors) => Readonly<Record<string, TestTensor>>,
  type: 'float32' | 'float64',
): Sum {
  return {
    async at(tensors) {
      const feeds = Object.entries(feedsOf(tensors)).map(([name, tensor]) => [name, { ...tensor, type }]);
      return (await runner.run(Object.fromEntries(feeds)))[output]!.data[0]!;
    },
    release: () => runner.release(),
  };
}

/** The first that computes: of the model, unless the runtime computes it in single precision, of the step. */
async function float64Sum(
  forward: Uint8Array,
  step: TrainingStep,
  start: Tensors,
  single: boolean,
): Promise<Sum> {
  const ofModel = () => sumOf(loadInFloat64(forward, SUM), SUM, Object.fromEntries, 'float64');
  const ofStep = () => sumOf(loadInFloat64(step.model, step.loss), step.loss, fedToStep, 'float64');
  const fedToStep = (tensors: Tensors) =>
    Object.fromEntries([
      ...step.weights.map(({ name, input }) => [input, tensors.get(name)!] as const),
      ...step.buffers.map(({ input, shape, initial }) => [input, { shape, data: [...initial] }] as const),
    ]);
  const reasons: unknown[] = [];
  for (const sum of single ? [ofStep()] : [ofModel(), ofStep()]) {
    try {
      await sum.at(start);
      return sum;
    } catch (reason) {
      reasons.push(reason);
    }
  }
  throw new Error(`neither model nor step computes in float64: ${reasons.join('; ')}`);
}

/** The tensors with one element of one of them moved. */
function moved(start: Tensors, name: string, index: number, by: number): Tensors {
  const { data, ...rest } = start.get(name)!;
  return new Map([...start, [name, { ...rest, data: data.with(index, data[index]! + by) }]]);
}

async function expectSame(a: Sum, b: Sum, start: Tensors): Promise<void> {
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

async function differencesOf(sum: Sum, start: Tensors, name: string): Promise<number[]> {
  const differences: number[] = [];
  for (let index = 0; index < start.get(name)!.data.length; index++) {
    const [above, below] = [moved(start, name, index, STEP), moved(start, name, index, -STEP)];
    differences.push(((await sum.at(above)) - (await sum.at(below))) / (2 * STEP));
  }
  return differences;
}
