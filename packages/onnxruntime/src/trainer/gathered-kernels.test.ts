import { constantSparsity, createPruner } from '@synaprune/core';
import { tensorFromFloat32 } from '@synaprune/onnx';
import { addAdapters, buildTrainingStep, type TrainingStepOptions } from '@synaprune/onnx-train';
import type { Tensor } from 'onnxruntime-common';
import { describe, expect, it } from 'vitest';
import { createTrainer, type TrainerOptions } from '../index.js';
import { modelOf, numbers, randomTensor } from '../testing/models.js';
import { type TestRuntime, useNode, useWasm } from '../testing/runtimes.js';

/** A kernel of more elements than go through a kernel at once, biases of none that four divide, and statistics. */
const [INPUTS, HIDDEN, OUTPUTS] = [70, 61, 3];
const model = modelOf(
  [-1, INPUTS],
  [-1, OUTPUTS],
  [
    randomTensor('k1', [INPUTS, HIDDEN], 1, 0.3),
    randomTensor('scale', [HIDDEN], 3),
    randomTensor('shift', [HIDDEN], 4),
    randomTensor('mean', [HIDDEN], 5, 0.1),
    tensorFromFloat32('variance', new Float32Array(HIDDEN).fill(1), [HIDDEN]),
    randomTensor('k2', [HIDDEN, OUTPUTS], 7, 0.3),
    randomTensor('b2', [OUTPUTS], 2, 0.1),
  ],
  [
    ['MatMul', ['x', 'k1'], ['h']],
    ['BatchNormalization', ['h', 'scale', 'shift', 'mean', 'variance'], ['n']],
    ['Tanh', ['n'], ['a']],
    ['Gemm', ['a', 'k2', 'b2'], ['y']],
  ],
);
const adapted = addAdapters(model, { rank: 2 }).training;

const batch = (rows: number, seed: number) => ({
  inputs: { x: numbers(rows * INPUTS, seed) },
  targets: { y: numbers(rows * OUTPUTS, seed + 50) },
});
/** Of a step each, of sizes that differ. */
const lists = [1, 2, 3].map((step) => [4, 4, 3].map((rows, nth) => batch(rows, 10 * step + nth)));
const RATE = 0.01;

type Case = Omit<Partial<TrainerOptions>, 'ort'> & Pick<TrainingStepOptions, 'optimizer'>;
type Values = ReadonlyMap<string, Float32Array>;

/** What a trainer holds when it has been pruned, and after steps of several batches each. */
async function byTrainer({ ort, executionProviders }: TestRuntime, reduce: 'mean' | 'sum', options: Case) {
  const { weights, backend, ...trainer } = await createTrainer({
    ort,
    executionProviders,
    model,
    loss: 'mse',
    learningRate: RATE,
    ...options,
  });
  const pruner =
    weights.length > 0 ? createPruner({ backend, weights, schedule: constantSparsity(0.5) }) : undefined;
  await pruner?.update(0);
  if (!options.straightThrough) await pruner?.enforce();
  const before = await trainer.read();
  const losses: number[] = [];
  for (const batches of lists) losses.push((await trainer.step({ batches, reduce })).loss);
  const after = await trainer.read();
  pruner?.dispose();
  await trainer.dispose();
  return { before, after, losses };
}

/** The same by graphs alone, one that adds up gradients for each size of batches and one that updates. */
async function byGraphs(
  { ort, executionProviders }: TestRuntime,
  reduce: 'mean' | 'sum',
  options: Case,
  before: Values,
) {
  const { straightThrough = false, model: given = model, learningRate: _, ...rest } = options;
  const build = (part: 'gradients' | 'update', rows: number) =>
    buildTrainingStep(given, {
      loss: 'mse',
      ...rest,
      part,
      frozen: 'inputs',
      inputs: { x: [rows, INPUTS] },
      masks: { type: 'bool', ...(straightThrough ? { straightThrough } : { zeroed: true }) },
    });
  const load = async (part: 'gradients' | 'update', rows: number) => {
    const step = build(part, rows);
    const options = { executionProviders, logSeverityLevel: 3 } as const;
    return { step, session: await ort.InferenceSession.create(step.model, options) };
  };
  const floats = (data: Float32Array, shape: readonly number[]) =>
    new ort.Tensor('float32', data, [...shape]);
  const scalar = (value: number) => floats(Float32Array.of(value), []);
  const numberOf = (tensor: Tensor | undefined) => (tensor!.data as Float32Array)[0]!;
  const graphs = new Map<number, Awaited<ReturnType<typeof load>>>();
  for (const rows of [4, 3]) graphs.set(rows, await load('gradients', rows));
  const update = await load('update', 4);
  const state: Record<string, Tensor> = {};
  const outputs = new Map<string, string>();
  for (const { name, shape, initial, input, output, mask, slots } of update.step.weights) {
    const seen = before.get(name)!;
    state[input] = floats(straightThrough ? initial : seen, shape);
    // No weight of these is zero but what is dropped.
    if (mask)
      state[mask] = new ort.Tensor(
        'bool',
        Uint8Array.from(seen, (one) => +(one !== 0)),
        [...shape],
      );
    outputs.set(input, output);
    for (const slot of slots) {
      state[slot.input] = floats(new Float32Array(initial.length), shape);
      outputs.set(slot.input, slot.output);
    }
  }
  const { buffers } = graphs.get(4)!.step;
  for (const { input, shape, initial } of buffers) state[input] = floats(initial, shape);
  const losses: number[] = [];
  for (const [index, batches] of lists.entries()) {
    let [total, sum] = [0, 0];
    const sums: Record<string, Tensor> = {};
    for (const { inputs, targets } of batches) {
      const rows = targets.y.length / OUTPUTS;
      const { step, session } = graphs.get(rows)!;
      const gathers = step.gathers!;
      const feeds: Record<string, Tensor> = {
        x: floats(inputs.x, [rows, INPUTS]),
        [step.inputs.find(({ role }) => role === 'target')!.name]: floats(targets.y, [rows, OUTPUTS]),
        [gathers.byCount]: scalar(reduce === 'mean' ? 1 : 0),
      };
      for (const { input, shape, read } of step.frozen) feeds[input] = floats(read(), shape);
      for (const { name, shape, input, mask, sum } of gathers.weights) {
        feeds[input] = state[input]!;
        if (mask) feeds[mask] = state[mask]!;
        feeds[sum.input] = sums[name] ?? floats(new Float32Array(before.get(name)!.length), shape);
      }
      for (const { input } of step.buffers) feeds[input] = state[input]!;
      const results = await session.run(feeds);
      for (const { name, sum } of gathers.weights) sums[name] = results[sum.output]!;
      for (const { input, output } of step.buffers) state[input] = results[output]!;
      const count = reduce === 'mean' ? numberOf(results[gathers.count]) : 1;
      total += count;
      sum += count * numberOf(results[step.loss]);
    }
    losses.push(reduce === 'mean' ? sum / total : sum);
    const { step, session } = update;
    const feeds = {
      [step.learningRate]: scalar(RATE),
      [step.step]: scalar(index + 1),
      [step.gradientScale!]: scalar(reduce === 'mean' ? 1 / total : 1),
      ...Object.fromEntries(step.weights.map(({ name, gradientSum }) => [gradientSum!, sums[name]!])),
    };
    const statistics = new Set(buffers.map(({ input }) => input));
    const read = Object.entries(state).filter(([name]) => !statistics.has(name));
    const results = await session.run({ ...Object.fromEntries(read), ...feeds });
    for (const [input, output] of outputs) state[input] = results[output]!;
  }
  const after = new Map<string, Float32Array>();
  for (const { name, input, mask } of update.step.weights) {
    const kept = mask && (state[mask]!.data as Uint8Array);
    after.set(
      name,
      (state[input]!.data as Float32Array).map((value, at) => (kept?.[at] === 0 ? 0 : value)),
    );
  }
  for (const { name, input } of buffers) after.set(name, state[input]!.data as Float32Array);
  for (const { session } of [...graphs.values(), update]) await session.release();
  return { after, losses };
}

const optimizers = [
  'sgd',
  { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  'adam',
  { kind: 'adamw', weightDecay: 0.1 },
  { kind: 'rmsprop', centered: true, momentum: 0.5 },
  { kind: 'rmsprop', form: 'tensorflow' },
  { kind: 'adagrad', initial: 0.1, learningRateDecay: 0.01 },
] as const;
const variants: Readonly<Record<string, Partial<Case>>> = {
  'as it is': {},
  'clipped to a length': { clip: { norm: 0.05 } },
  'clipped by element, with gradients': { clip: { value: 1e-4 }, gradients: true },
  'in groups, with gradients': {
    gradients: 'dense',
    parameterGroups: [
      { select: /^b|sh/, learningRateFactor: 0.5 },
      { select: 'k2', weightDecay: 0.2 },
    ],
  },
  'straight through, computed again': { straightThrough: true, recompute: true },
  'in part': { trainable: ['k2', 'scale'], gradients: true },
  adapters: { ...adapted },
};

describe.each([useNode, useWasm])(
  'on %o a step of several batches, bit for bit as by graphs alone',
  (use) => {
    for (const [name, variant] of Object.entries(variants)) {
      it(name, async () => {
        const runtime = await use();
        for (const [index, optimizer] of optimizers.entries()) {
          const options = { ...variant, optimizer };
          const reduce = index % 2 === 0 ? 'mean' : 'sum';
          const { before, after, losses } = await byTrainer(runtime, reduce, options);
          const expected = await byGraphs(runtime, reduce, options, before);
          expect(losses).toEqual(expected.losses);
          expect([...after.keys()].sort()).toEqual([...expected.after.keys()].sort());
          for (const [weight, values] of expected.after) {
            expect(after.get(weight), `${weight} by ${JSON.stringify(optimizer)}`).toEqual(values);
            expect(values, `${weight} has moved`).not.toEqual(before.get(weight));
          }
        }
      });
    }
  },
);
