import { constantSparsity, createPruner } from '@synaprune/core';
import { buildModel } from '@synaprune/onnx/graph';
import { buildTrainingStep, type Optimizer } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createTrainer, type Trainer } from '../index.js';
import { modelOf, numbers, randomTensor } from '../testing/models.js';
import { type TestRuntime, useNode, useWasm } from '../testing/runtimes.js';

/** Kernels of more elements than go through a kernel at once, and biases of none that four divide. */
const [INPUTS, HIDDEN, OUTPUTS, BATCH] = [70, 61, 3, 4];
const model = modelOf(
  [BATCH, INPUTS],
  [BATCH, OUTPUTS],
  [
    randomTensor('k1', [INPUTS, HIDDEN], 1, 0.3),
    randomTensor('b1', [HIDDEN], 2, 0.1),
    randomTensor('k2', [HIDDEN, OUTPUTS], 3, 0.3),
  ],
  [
    ['Gemm', ['x', 'k1', 'b1'], ['h']],
    ['Tanh', ['h'], ['a']],
    ['MatMul', ['a', 'k2'], ['y']],
  ],
);
const x = numbers(BATCH * INPUTS, 5);
const y = numbers(BATCH * OUTPUTS, 6);
const STEPS = 5;
const RATE = 0.01;
const options = { loss: 'mse', clip: { norm: 0.5 }, gradients: true } as const;

/** Steps of a pruned model by the trainer: what it holds before and after. */
async function trainerSteps({ ort, executionProviders }: TestRuntime, optimizer: Optimizer) {
  const trainer = await createTrainer({
    ort,
    executionProviders,
    model,
    optimizer,
    learningRate: RATE,
    ...options,
  });
  const { backend, weights } = trainer;
  const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5) });
  await pruner.update(0);
  await pruner.enforce();
  const before = await trainer.read();
  const losses: number[] = [];
  const batch = { inputs: { x: { data: x, dims: [BATCH, INPUTS] } }, targets: { y } };
  for (let step = 0; step < STEPS; step += 1) losses.push((await trainer.step(batch)).loss);
  const after = await trainer.read();
  pruner.dispose();
  await trainer.dispose();
  return { before, after, losses };
}

/** The same steps by the graph with all updates in it, state fed back by hand. */
async function graphSteps(
  { ort, executionProviders }: TestRuntime,
  optimizer: Optimizer,
  before: ReadonlyMap<string, Float32Array>,
) {
  const step = buildTrainingStep(model, { ...options, optimizer, masks: { type: 'bool', zeroed: true } });
  const session = await ort.InferenceSession.create(step.model, { executionProviders, logSeverityLevel: 3 });
  const floats = (data: Float32Array, shape: readonly number[]) =>
    new ort.Tensor('float32', data, [...shape]);
  const feeds: Record<string, Tensor> = {
    x: floats(x, [BATCH, INPUTS]),
    [step.inputs.find(({ role }) => role === 'target')!.name]: floats(y, [BATCH, OUTPUTS]),
    [step.learningRate]: floats(Float32Array.of(RATE), []),
  };
  for (const { name, shape, input, mask, slots } of step.weights) {
    const value = before.get(name)!;
    feeds[input] = floats(value, shape);
    // No weight of these is zero but what is dropped.
    const kept = Uint8Array.from(value, (one) => (one === 0 ? 0 : 1));
    if (mask) feeds[mask] = new ort.Tensor('bool', kept, [...shape]);
    for (const slot of slots) feeds[slot.input] = floats(new Float32Array(value.length), shape);
  }
  const losses: number[] = [];
  for (let count = 1; count <= STEPS; count += 1) {
    const results = await session.run({ ...feeds, [step.step]: floats(Float32Array.of(count), []) });
    losses.push((results[step.loss]!.data as Float32Array)[0]!);
    for (const { input, output, slots } of step.weights) {
      feeds[input] = results[output]!;
      for (const slot of slots) feeds[slot.input] = results[slot.output]!;
    }
  }
  const after = new Map(
    step.weights.map(({ name, input }) => [name, feeds[input]!.data as Float32Array] as const),
  );
  await session.release();
  return { after, losses };
}

describe.each([useNode, useWasm])('on %o', (use) => {
  it.each<Optimizer>([
    'adam',
    { kind: 'sgd', momentum: 0.9, weightDecay: 0.01 },
    { kind: 'rmsprop', centered: true },
    'adagrad',
  ])('a trainer steps to the weights that the whole graph of %o gives, bit for bit', async (optimizer) => {
    const runtime = await use();
    const trained = await trainerSteps(runtime, optimizer);
    const expected = await graphSteps(runtime, optimizer, trained.before);
    expect(trained.losses).toEqual(expected.losses);
    expect([...trained.after.keys()].sort()).toEqual([...expected.after.keys()].sort());
    for (const [name, value] of expected.after) expect(trained.after.get(name), name).toEqual(value);
    const dropped = trained.before.get('k1')!.reduce((count, value) => count + (value === 0 ? 1 : 0), 0);
    expect(dropped).toBeGreaterThan(1000);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.resetModules();
});

it.each([
  ['there is no WebAssembly', undefined],
  ['a policy forbids to compile it', { ...WebAssembly, Memory: WebAssembly.Memory, validate: refuse }],
])('steps by graphs to the same bits on onnxruntime-node where %s', async (_name, stub) => {
  const { ort, executionProviders } = await useNode();
  const start = (create: typeof createTrainer) =>
    create({ ort, executionProviders, model, ...options, optimizer: 'adam', learningRate: RATE });
  const batch = { inputs: { x: { data: x, dims: [BATCH, INPUTS] } }, targets: { y } };
  const steps = async (trainer: Trainer) => {
    await trainer.step(batch);
    await trainer.step({ batches: [batch, batch] });
    const state = await trainer.save();
    await trainer.dispose();
    return state;
  };
  const expected = await steps(await start(createTrainer));
  vi.stubGlobal('WebAssembly', stub);
  vi.resetModules();
  const without = await import('../index.js');
  expect(await steps(await start(without.createTrainer))).toEqual(expected);
});

function refuse(): never {
  throw new Error("Refused to compile or instantiate WebAssembly module: 'wasm-unsafe-eval' is not allowed");
}

it('a step is not taken where there is no memory for kernels, and is once there is', async () => {
  const { ort, executionProviders } = await useNode();
  const trainer = await createTrainer({
    ort,
    executionProviders,
    model,
    ...options,
    optimizer: 'adam',
    learningRate: RATE,
  });
  const before = await trainer.read();
  const batch = { inputs: { x: { data: x, dims: [BATCH, INPUTS] } }, targets: { y } };
  vi.spyOn(WebAssembly, 'instantiate').mockRejectedValueOnce(new RangeError('could not allocate memory'));
  await expect(trainer.step(batch)).rejects.toMatchObject({
    code: 'device-failed',
    message: 'the kernels that update weights failed to load: could not allocate memory',
  });
  expect(await trainer.read()).toEqual(before);
  expect(trainer.steps).toBe(0);
  await trainer.step(batch);
  expect(await trainer.read()).not.toEqual(before);
  await trainer.dispose();
});

it.each([useNode, useWasm])(
  '%o: weights that are each other’s gradients both move from where they were',
  async (use) => {
    const { ort, executionProviders } = await use();
    // The loss is a·b + x: its gradients are b and a themselves, no results of nodes.
    const trainer = await createTrainer({
      ort,
      executionProviders,
      model: buildModel({
        inputs: { x: [] },
        tensors: { a: { shape: [], data: [3] }, b: { shape: [], data: [5] } },
        nodes: [
          ['Mul', ['a', 'b'], ['product']],
          ['Add', ['product', 'x'], ['y']],
        ],
        outputs: ['y'],
      }),
      loss: { kind: 'output', name: 'y' },
      trainable: ['a', 'b'],
      optimizer: 'sgd',
      learningRate: 0.5,
    });
    await trainer.step({ inputs: { x: { data: Float32Array.of(1), dims: [] } } });
    expect(await trainer.read()).toEqual(
      new Map([
        ['a', Float32Array.of(0.5)],
        ['b', Float32Array.of(3.5)],
      ]),
    );
    await trainer.dispose();
  },
);
