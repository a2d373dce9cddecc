import { buildModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { Optimizer, TrainingStepOptions } from '../options/options.js';
import type { StepKernels, TrainingStep } from '../options/training-step.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { numbers, randomTensor, type TestTensor } from '../testing/models.js';
import { load } from '../testing/runtime.js';

/** More elements than a kernel takes in one call, and no multiple of four. */
const [INPUTS, HIDDEN] = [67, 63];
const model = buildModel({
  inputs: { x: { shape: [8, INPUTS] } },
  tensors: {
    w1: randomTensor([INPUTS, HIDDEN], 1, 0.3),
    b1: randomTensor([HIDDEN], 2, 0.1),
    w2: randomTensor([HIDDEN, 3], 3, 0.3),
    scale: randomTensor([1], 4),
    shift: randomTensor([], 8),
  },
  nodes: [
    ['MatMul', ['x', 'w1'], ['product']],
    ['Add', ['product', 'b1'], ['sum']],
    ['Tanh', ['sum'], ['hidden']],
    ['MatMul', ['hidden', 'w2'], ['scores']],
    ['Mul', ['scores', 'scale'], ['scaled']],
    ['Add', ['scaled', 'shift'], ['y']],
  ],
  outputs: ['y'],
});
const data = {
  x: randomTensor([8, INPUTS], 5),
  'synaprune/target/y': randomTensor([8, 3], 6),
};

/** Updates by kernels, straight from what the types say of them. */
async function startKernels({ module, blockElements, kernels }: StepKernels) {
  const { instance } = await WebAssembly.instantiate(module as BufferSource);
  const memory = instance.exports.memory as WebAssembly.Memory;
  return (named: Readonly<Record<string, TestTensor>>): Record<string, TestTensor> => {
    const made: Record<string, TestTensor> = {};
    for (const { entry, arrays, masks, scalars, results } of kernels) {
      const update = instance.exports[entry] as (elements: number) => void;
      const { shape, data } = named[arrays[0]!]!;
      for (const result of results) made[result] = { shape, data: [] };
      for (let from = 0; from < data.length; from += blockElements) {
        const elements = Math.min(blockElements, data.length - from);
        const block = (index: number) => 4 * blockElements * (index + 1);
        const part = (name: string) => named[name]!.data.slice(from, from + elements);
        new Float32Array(memory.buffer).set(scalars.map((name) => named[name]!.data[0]!));
        for (const [at, name] of arrays.entries()) {
          new Float32Array(memory.buffer, block(at)).set(part(name));
        }
        for (const [at, name] of masks.entries()) {
          new Uint8Array(memory.buffer, block(arrays.length + at)).set(part(name));
        }
        update(elements);
        for (const [at, name] of results.entries()) {
          const place = block(arrays.length + masks.length + at);
          (made[name]!.data as number[]).push(...new Float32Array(memory.buffer, place, elements));
        }
      }
    }
    return made;
  };
}

/** Every output of `steps` steps, state fed back and masks as they are; of the kernels' in place of the graph's too. */
async function trainBy(
  step: TrainingStep,
  steps: number,
  { given = data, type = 'bool' as 'bool' | 'float32' } = {},
): Promise<Record<string, TestTensor>> {
  const runner = await load(step.model);
  const update = step.kernels && (await startKernels(step.kernels));
  const state: Record<string, TestTensor> = {};
  for (const { shape, initial, input, mask, slots } of step.weights) {
    state[input] = { shape, data: [...initial] };
    const kept = numbers(initial.length, 7).map((number) => (number > 0 ? 1 : 0));
    if (mask !== undefined) state[mask] = { shape, data: kept, type };
    for (const slot of slots) state[slot.input] = { shape, data: initial.map(() => 0) as never };
  }
  let all: Record<string, TestTensor> = {};
  for (let count = 1; count <= steps; count += 1) {
    const feeds: Record<string, TestTensor> = {
      ...given,
      ...state,
      [step.learningRate]: { shape: [], data: [0.05] },
      [step.step]: { shape: [], data: [count] },
    };
    const read = Object.entries(feeds).filter(([name]) => runner.inputNames.includes(name));
    const results = await runner.run(Object.fromEntries(read));
    all = { ...results, ...update?.({ ...feeds, ...results }) };
    for (const { input, output, slots } of step.weights) {
      state[input] = all[output]!;
      for (const slot of slots) state[slot.input] = all[slot.output]!;
    }
  }
  await runner.release();
  return all;
}

const settings = { loss: 'mse', masks: { type: 'bool' }, trainable: [/./] } as const;
const optimizers: readonly Optimizer[] = [
  'sgd',
  { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.01 },
  'adam',
  { kind: 'adamw', weightDecay: 0.1 },
  'rmsprop',
  { kind: 'rmsprop', form: 'tensorflow', momentum: 0.9, centered: true },
  { kind: 'adagrad', initial: 0.1, learningRateDecay: 0.01, weightDecay: 0.01 },
];
const variants: readonly Partial<TrainingStepOptions>[] = [
  {},
  { clip: { norm: 0.1 } },
  { clip: { value: 0.001 }, gradients: true },
  { gradients: 'dense', masks: { type: 'float32' } },
  { masks: { type: 'bool', zeroed: true }, frozen: 'inputs' },
  { masks: { type: 'bool', straightThrough: true }, recompute: true },
  { parameterGroups: [{ select: /^b/, learningRateFactor: 0.5 }] },
];

describe('kernels give what the nodes of a step graph give, bit for bit', () => {
  for (const optimizer of optimizers) {
    it(JSON.stringify(optimizer), async () => {
      for (const variant of variants) {
        const options = { ...settings, optimizer, ...variant };
        const whole = buildTrainingStep(model, options);
        const apart = buildTrainingStep(model, { ...options, kernels: true });
        expect(whole.kernels).toBeUndefined();
        expect(apart.kernels!.kernels.map(({ weight }) => weight)).toEqual([
          'w1',
          'b1',
          'w2',
          'scale',
          'shift',
        ]);
        const how = { type: options.masks.type ?? 'bool' };
        const [expected, got] = [await trainBy(whole, 4, how), await trainBy(apart, 4, how)];
        for (const [name, { data }] of Object.entries(expected)) {
          expect(got[name]!.data, `${name} with ${JSON.stringify(variant)}`).toEqual(data);
        }
      }
    });
  }
  it('whatever gradients are: NaN, infinities, zeros of both signs and subnormals', async () => {
    const odd = [Number.NaN, 1e38, -1e38, 1e-42, -1e-44, 0, -0, 1];
    const given = { ...data, x: { shape: [8, INPUTS], data: data.x.data.map((_, at) => odd[at % 8]!) } };
    for (const optimizer of optimizers) {
      const whole = buildTrainingStep(model, { ...settings, optimizer });
      const apart = buildTrainingStep(model, { ...settings, optimizer, kernels: true });
      const [expected, got] = [await trainBy(whole, 2, { given }), await trainBy(apart, 2, { given })];
      for (const [name, { data }] of Object.entries(expected)) expect(got[name]!.data).toEqual(data);
    }
  });
});

it('leave a graph that takes no slots, and gives gradients instead of weights', async () => {
  const masks = { type: 'bool', zeroed: true } as const;
  const step = buildTrainingStep(model, { ...settings, masks, optimizer: 'adam', kernels: true });
  const runner = await load(step.model);
  expect(runner.inputNames).toEqual([
    'x',
    'synaprune/target/y',
    step.learningRate,
    step.step,
    ...step.weights.map(({ input }) => input),
  ]);
  const answers = step.outputs.map(({ name }) => name);
  expect(runner.outputNames).toEqual([step.loss, ...answers, ...step.kernels!.outputs]);
  // Weights that are updated alike share a function: those with masks, those without, and the one that is a scalar.
  expect(step.kernels!.kernels.map(({ entry }) => entry)).toEqual([
    'update0',
    'update1',
    'update0',
    'update1',
    'update2',
  ]);
  await runner.release();
});

describe('of several batches', () => {
  const odd = [1, Number.NaN, -1, 1e38, 1e-42, -0];
  const batches = [
    data,
    { ...data, x: randomTensor([8, INPUTS], 9) },
    { ...data, x: { shape: [8, INPUTS], data: data.x.data.map((_, at) => odd[at % 6]!) } },
  ];

  /** One run of a graph, and of kernels after it. */
  async function runBy(
    { model: bytes, kernels }: TrainingStep,
    feeds: Readonly<Record<string, TestTensor>>,
    list: StepKernels['kernels'] | undefined,
  ) {
    const runner = await load(bytes);
    const read = Object.entries(feeds).filter(([name]) => runner.inputNames.includes(name));
    const results = await runner.run(Object.fromEntries(read));
    await runner.release();
    const after = list && (await startKernels({ ...kernels!, kernels: list }));
    return { ...results, ...after?.({ ...feeds, ...results }) };
  }

  /** Sums after each batch, and all outputs of the update at the end. */
  async function trainByParts(options: TrainingStepOptions, given: readonly (typeof data)[]) {
    const [gradients, update] = (['gradients', 'update'] as const).map((part) =>
      buildTrainingStep(model, { ...options, part }),
    ) as [TrainingStep, TrainingStep];
    // Where what computes gradients updates by their sums, nothing else need be built.
    const isWhole = gradients.weights.length > 0;
    expect(isWhole).toBe(options.kernels === true && options.clip === undefined);
    const gathers = gradients.gathers!;
    const scalars = {
      [gradients.learningRate]: { shape: [], data: [0.05] },
      [gradients.step]: { shape: [], data: [3] },
      [gathers.byCount]: { shape: [], data: [1] },
      [update.gradientScale!]: { shape: [], data: [1 / 48] },
    };
    const state: Record<string, TestTensor> = {};
    for (const { name, shape, initial, input, mask, slots, gradientSum } of update.weights) {
      state[input] = { shape, data: [...initial] };
      const kept = numbers(initial.length, 7).map((number) => (number > 0 ? 1 : 0));
      if (mask) state[mask] = { shape, data: kept, type: options.masks?.type ?? 'bool' };
      for (const [at, slot] of slots.entries()) {
        state[slot.input] = { shape, data: numbers(initial.length, at).map(Math.abs) };
      }
      expect(gathers.weights.find((one) => one.name === name)!.sum.input).toBe(gradientSum);
      state[gradientSum!] = { shape, data: initial.map(() => 0) as never };
    }
    const sums: TestTensor['data'][] = [];
    let last: Record<string, TestTensor> = {};
    for (const batch of given) {
      const feeds = { ...batch, ...state, ...scalars };
      last = await runBy(gradients, feeds, gradients.kernels?.adding);
      for (const { sum } of gathers.weights) {
        state[sum.input] = last[sum.output]!;
        sums.push(last[sum.output]!.data);
      }
    }
    const feeds = { ...state, ...scalars, ...last };
    const updated = isWhole
      ? (await startKernels(gradients.kernels!))(feeds)
      : await runBy(update, feeds, update.kernels?.kernels);
    const names = update.weights.flatMap(({ output, gradient, slots }) => [
      output,
      ...(gradient ? [gradient] : []),
      ...slots.map((slot) => slot.output),
    ]);
    return { sums, updated: names.map((name) => [name, updated[name]!.data]) };
  }

  for (const optimizer of optimizers) {
    it(`add up gradients and update by them to the same bits: ${JSON.stringify(optimizer)}`, async () => {
      for (const variant of variants) {
        const options = { ...settings, optimizer, ...variant };
        for (const given of [batches.slice(0, 2), batches]) {
          const expected = await trainByParts(options, given);
          const got = await trainByParts({ ...options, kernels: true }, given);
          expect(got, JSON.stringify(variant)).toEqual(expected);
        }
      }
    });
  }

  it('leave a graph that takes no sums, and one that loads where nothing is left of an update', async () => {
    const masks = { type: 'bool', zeroed: true } as const;
    const build = (part: 'gradients' | 'update', optimizer: Optimizer, more: object = {}) =>
      buildTrainingStep(model, { ...settings, masks, optimizer, part, kernels: true, ...more });
    const names = async (step: TrainingStep) => {
      const { inputNames, outputNames, release } = await load(step.model);
      await release();
      return { inputNames, outputNames };
    };
    const gradients = build('gradients', 'adam');
    const weights = gradients.weights.map(({ input }) => input);
    const { learningRate, step, gathers, loss, kernels } = gradients;
    expect(await names(gradients)).toEqual({
      inputNames: ['x', 'synaprune/target/y', learningRate, step, gathers!.byCount, ...weights],
      outputNames: [gathers!.count, loss, ...kernels!.outputs],
    });
    expect(build('gradients', 'adam', { clip: { norm: 1 } })).toMatchObject({ weights: [] });
    const update = build('update', 'sgd');
    expect(await names(update)).toEqual({
      inputNames: [update.gradientScale],
      outputNames: ['synaprune/for-update/0'],
    });
  });
});

it('are refused unless they are asked for by true', () => {
  const build = () => buildTrainingStep(model, { ...settings, optimizer: 'adam', kernels: 'wasm' as never });
  expect(build).toThrow('needs kernels to be true or false, got "wasm"');
});
