import { buildModel, type ElementType, type TensorParts } from '@synaprune/onnx/graph';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { TrainingStep } from '../options/training-step.js';
import type { TestTensor } from './models.js';

// Before the runtime loads: it sends telemetry otherwise.
process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = await import('onnxruntime-node');

/** A model loaded into onnxruntime-node on the CPU. */
export interface Runner {
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  run(
    feeds: Readonly<Record<string, TestTensor>>,
    fetches?: readonly string[],
  ): Promise<Record<string, TestTensor>>;
  release(): Promise<void>;
}

const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  bool: Uint8Array,
  uint8: Uint8Array,
} as const;

function toTensor({ shape, data, type = 'float32' }: TestTensor): Tensor {
  const values = type === 'int64' ? BigInt64Array.from(data, BigInt) : arrays[type as 'float32'].from(data);
  return new ort.Tensor(type as 'float32', values as Float32Array, [...shape]);
}

function fromTensor(tensor: Tensor): TestTensor {
  return {
    shape: tensor.dims,
    data: Array.from(tensor.data as Float32Array, Number),
    type: tensor.type as ElementType,
  };
}

/** Loads a model. Nothing is optimised unless asked for, so that a test sees the operators it names. */
export async function load(bytes: Uint8Array, optimized = false): Promise<Runner> {
  const session: InferenceSession = await ort.InferenceSession.create(bytes, {
    graphOptimizationLevel: optimized ? 'all' : 'disabled',
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  return {
    inputNames: session.inputNames,
    outputNames: session.outputNames,
    async run(feeds, fetches = session.outputNames) {
      const tensors = Object.entries(feeds).map(([name, tensor]) => [name, toTensor(tensor)]);
      const results = await session.run(Object.fromEntries(tensors), [...fetches]);
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, fromTensor(tensor)]));
    },
    release: () => session.release(),
  };
}

/** What onnxruntime computes of constants: shape and elements, 64-bit integers as bigints. */
export async function computed(op: string, tensors: readonly TensorParts[]) {
  const named = tensors.map((tensor, index) => [`c${index}`, tensor] as const);
  const bytes = buildModel({
    tensors: Object.fromEntries(named),
    nodes: [[op, named.map(([name]) => name), ['y']]],
    outputs: ['y'],
  });
  const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: 'disabled' });
  const { y } = await session.run({});
  await session.release();
  return { shape: y!.dims, elements: [...(y!.data as Float32Array)] };
}

/** A step that runs again and again, its state fed back. */
export interface Training {
  readonly weights: Map<string, TestTensor>;
  readonly masks: Map<string, TestTensor>;
  /** Slots by weight and kind: `kernel/m`. */
  readonly slots: Map<string, TestTensor>;
  readonly buffers: Map<string, TestTensor>;
  /** One step; returns the loss and everything else that the graph gives. */
  run(
    data: Readonly<Record<string, TestTensor>>,
    learningRate: number,
  ): Promise<{ loss: number; all: Record<string, TestTensor> }>;
  release(): Promise<void>;
}

/** Loads a step with the weights of its model, all masks 1 and all slots 0. */
export async function startTraining(step: TrainingStep, optimized = true): Promise<Training> {
  const runner = await load(step.model, optimized);
  const filled = (shape: readonly number[], value: number): TestTensor => ({
    shape,
    data: new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(value),
  });
  const weights = new Map<string, TestTensor>();
  const masks = new Map<string, TestTensor>();
  const slots = new Map<string, TestTensor>();
  const buffers = new Map<string, TestTensor>();
  for (const { name, shape, initial, mask, slots: kinds } of step.weights) {
    weights.set(name, { shape, data: [...initial] });
    if (mask) masks.set(name, filled(shape, 1));
    for (const { kind } of kinds) slots.set(`${name}/${kind}`, filled(shape, 0));
  }
  for (const { name, shape, initial } of step.buffers) buffers.set(name, { shape, data: [...initial] });
  let count = 0;
  return {
    weights,
    masks,
    slots,
    buffers,
    release: () => runner.release(),
    async run(data, learningRate) {
      count += 1;
      const feeds: Record<string, TestTensor> = {
        ...data,
        [step.learningRate]: { shape: [], data: [learningRate] },
        [step.step]: { shape: [], data: [count] },
      };
      for (const weight of step.weights) {
        feeds[weight.input] = weights.get(weight.name)!;
        if (weight.mask) feeds[weight.mask] = masks.get(weight.name)!;
        for (const slot of weight.slots) feeds[slot.input] = slots.get(`${weight.name}/${slot.kind}`)!;
      }
      for (const buffer of step.buffers) feeds[buffer.input] = buffers.get(buffer.name)!;
      const all = await runner.run(feeds);
      for (const weight of step.weights) {
        weights.set(weight.name, all[weight.output]!);
        for (const slot of weight.slots) slots.set(`${weight.name}/${slot.kind}`, all[slot.output]!);
      }
      for (const buffer of step.buffers) buffers.set(buffer.name, all[buffer.output]!);
      return { loss: all[step.loss]!.data[0]!, all };
    },
  };
}
