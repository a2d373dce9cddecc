import { buildModel, type ModelParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import type { Optimizer, TrainingStepOptions } from '../options/options.js';
import { buildTrainingStep } from '../step/build-training-step.js';
import { randomTensor } from '../testing/models.js';
import { startTraining } from '../testing/runtime.js';

const model: ModelParts = {
  inputs: { x: ['batch', 3] },
  tensors: {
    kernel: randomTensor([3, 4], 1),
    bias: randomTensor([4], 2),
    out: randomTensor([2, 4], 3),
    outBias: randomTensor([2], 4),
  },
  nodes: [
    ['MatMul', ['x', 'kernel'], ['product']],
    ['Add', ['product', 'bias'], ['sum']],
    ['Relu', ['sum'], ['hidden']],
    ['Gemm', ['hidden', 'out', 'outBias'], ['y'], { transB: 1 }],
  ],
  outputs: ['y'],
};

const optimizers: readonly Optimizer[] = [
  'sgd',
  { kind: 'sgd', momentum: 0.9 },
  { kind: 'sgd', momentum: 0.9, nesterov: true, weightDecay: 0.1 },
  'adam',
  { kind: 'adam', weightDecay: 0.1 },
  'adamw',
  { kind: 'adamw', weightDecay: 300 },
  'rmsprop',
  { kind: 'rmsprop', momentum: 0.5 },
  { kind: 'rmsprop', momentum: 0.5, centered: true },
  { kind: 'rmsprop', form: 'tensorflow', momentum: 0.5, centered: true },
];

const isPlusZero = (value: number) => Object.is(value, 0);

describe('masks', () => {
  for (const optimizer of optimizers) {
    it(`keep dropped weights and slots at +0 from the step they drop on: ${JSON.stringify(optimizer)}`, async () => {
      const step = buildTrainingStep(buildModel(model), {
        inputs: { x: [5, 3] },
        loss: 'mse',
        optimizer,
        gradients: true,
      });
      expect(step.weights.filter(({ mask }) => mask).map(({ name }) => name)).toEqual(['kernel', 'out']);
      const training = await startTraining(step);
      const losses: number[] = [];
      for (let count = 0; count < 12; count++) {
        if (count === 4) {
          const mask = training.masks.get('kernel')!;
          training.masks.set('kernel', { ...mask, data: mask.data.map((_, index) => index % 2) });
        }
        const data = { x: randomTensor([5, 3], 9), 'synaprune/target/y': randomTensor([5, 2], 10) };
        const { loss, all } = await training.run(data, 0.01);
        losses.push(loss);
        if (count < 4) continue;
        const weight = step.weights.find(({ name }) => name === 'kernel')!;
        for (const name of [weight.output, weight.gradient!, ...weight.slots.map(({ output }) => output)]) {
          const dropped = all[name]!.data.filter((_, index) => index % 2 === 0);
          expect(dropped.every(isPlusZero), `${name} after step ${count}: ${dropped}`).toBe(true);
        }
      }
      if (!(typeof optimizer === 'object' && optimizer.weightDecay === 300)) {
        expect(losses.slice(1, 4).every((loss, index) => loss < losses[index]!)).toBe(true);
      }
      await training.release();
    });
  }

  it.each([
    ['as they come', {}],
    ['where weights come in zeroed', { masks: { zeroed: true } }],
    ['under clipping, by nothing of it', { clip: { norm: 1e-3, value: 1e-3 } }],
  ])('leave dense gradients what they are where a weight is zero and has no mask: %s', async (_, more) => {
    const settings = { inputs: { x: [5, 3] }, loss: 'mse', optimizer: 'sgd', ...more } as const;
    const data = { x: randomTensor([5, 3], 9), 'synaprune/target/y': randomTensor([5, 2], 10) };
    const gradientsOf = async (gradients: true | 'dense', masked: readonly string[]) => {
      const { clip: __, ...unclipped } = { clip: {}, ...settings };
      const step = buildTrainingStep(buildModel(model), {
        ...(gradients === 'dense' ? settings : unclipped),
        gradients,
        masked,
      });
      const training = await startTraining(step);
      const kernel = training.weights.get('kernel')!;
      training.weights.set('kernel', { ...kernel, data: kernel.data.map((w, i) => (i % 2 === 0 ? 0 : w)) });
      for (const name of masked) {
        training.masks.set(name, { ...kernel, data: kernel.data.map((_, i) => i % 2) });
      }
      const { all } = await training.run(data, 0.1);
      await training.release();
      return step.weights.map(({ gradient }) => all[gradient!]!.data);
    };
    const dense = await gradientsOf('dense', ['kernel']);
    expect(dense).toEqual(await gradientsOf(true, []));
    expect(dense[0]!.filter((value, i) => i % 2 === 0 && value !== 0)).not.toEqual([]);
  });

  it('hold under gradient clipping, also where the kept gradients are NaN', async () => {
    const step = buildTrainingStep(buildModel(model), {
      inputs: { x: [5, 3] },
      loss: 'mse',
      optimizer: { kind: 'sgd', momentum: 0.9 },
      clip: { norm: 1, value: 0.5 },
    });
    const training = await startTraining(step);
    training.masks.set('kernel', { shape: [3, 4], data: randomTensor([3, 4]).data.map((_, i) => i % 2) });
    for (const fill of [1, Number.NaN]) {
      const target = { shape: [5, 2], data: new Array<number>(10).fill(fill) };
      await training.run({ x: randomTensor([5, 3], 9), 'synaprune/target/y': target }, 0.1);
      for (const state of [training.weights.get('kernel')!, training.slots.get('kernel/momentum')!]) {
        expect(state.data.filter((_, index) => index % 2 === 0).every(isPlusZero)).toBe(true);
      }
    }
  });

  it('let neither NaN nor a sign of a dropped weight through', async () => {
    const step = buildTrainingStep(buildModel(model), {
      inputs: { x: [5, 3] },
      loss: 'mse',
      optimizer: 'adam',
    });
    const training = await startTraining(step);
    const kernel = training.weights.get('kernel')!;
    training.weights.set('kernel', {
      ...kernel,
      data: kernel.data.map((w, i) => (i < 3 ? [Number.NaN, -0, -Infinity][i]! : w)),
    });
    training.masks.set('kernel', { shape: [3, 4], data: kernel.data.map((_, i) => (i < 3 ? 0 : 1)) });
    const { loss } = await training.run(
      { x: randomTensor([5, 3], 9), 'synaprune/target/y': randomTensor([5, 2], 10) },
      0.01,
    );
    expect(Number.isFinite(loss)).toBe(true);
    expect(training.weights.get('kernel')!.data.slice(0, 3).every(isPlusZero)).toBe(true);
    await training.release();
  });
});

describe('masks of weights and slots that come in zeroed', () => {
  const inputs = { x: [5, 3] };
  const batch = { x: randomTensor([5, 3], 9), 'synaprune/target/y': randomTensor([5, 2], 10) };
  const keeps = (index: number) => index % 2;

  /** Twelve steps, half of the kernel dropped at the fourth; in `zeroed` mode the caller drops it too. */
  async function train(optimizer: Optimizer, zeroed: boolean) {
    const type = zeroed ? 'bool' : 'float32';
    const step = buildTrainingStep(buildModel(model), {
      inputs,
      loss: 'mse',
      optimizer,
      masks: { type, zeroed },
    });
    const training = await startTraining(step);
    for (const [name, mask] of training.masks) training.masks.set(name, { ...mask, type });
    const states = () => [
      training.weights.get('kernel')!,
      ...step.weights
        .find(({ name }) => name === 'kernel')!
        .slots.map(({ kind }) => training.slots.get(`kernel/${kind}`)!),
    ];
    for (let count = 0; count < 12; count++) {
      if (count === 4) {
        const { shape } = training.weights.get('kernel')!;
        training.masks.set('kernel', { shape, type, data: new Array(12).fill(0).map((_, i) => keeps(i)) });
        const dropped = (data: readonly number[]) => data.map((value, i) => (keeps(i) ? value : 0));
        if (zeroed) for (const state of states()) Object.assign(state, { data: dropped(state.data) });
      }
      await training.run(batch, 0.01);
    }
    const last = states();
    await training.release();
    return last;
  }

  for (const optimizer of optimizers) {
    it(`train to the same bits as those that a step cleans: ${JSON.stringify(optimizer)}`, async () => {
      const [cheap, safe] = [await train(optimizer, true), await train(optimizer, false)];
      expect(cheap.map(({ data }) => data)).toEqual(safe.map(({ data }) => data));
      for (const { data } of cheap) {
        expect(data.filter((_, index) => !keeps(index)).every(isPlusZero)).toBe(true);
        expect(data.filter((_, index) => keeps(index)).some((value) => value !== 0)).toBe(true);
      }
    });
  }

  it('let no NaN of a gradient through, clipped or not', async () => {
    for (const clip of [{}, { norm: 1 }, { value: 1 }]) {
      const step = buildTrainingStep(buildModel(model), {
        inputs,
        loss: 'mse',
        optimizer: 'adam',
        clip,
        masks: { zeroed: true },
      });
      const training = await startTraining(step);
      const kernel = training.weights.get('kernel')!;
      const data = kernel.data.map((value, i) => (keeps(i) ? value : 0));
      training.weights.set('kernel', { ...kernel, data });
      training.masks.set('kernel', { shape: kernel.shape, data: data.map((_, i) => keeps(i)) });
      const target = { shape: [5, 2], data: new Array<number>(10).fill(Number.NaN) };
      await training.run({ ...batch, 'synaprune/target/y': target }, 0.1);
      const slots = ['m', 'v'].map((kind) => training.slots.get(`kernel/${kind}`)!);
      for (const state of [training.weights.get('kernel')!, ...slots]) {
        expect(state.data.filter((_, i) => !keeps(i)).every(isPlusZero)).toBe(true);
        expect(state.data.some(Number.isNaN)).toBe(true);
      }
      await training.release();
    }
  });

  it('are refused by name when a setting is none', () => {
    for (const masks of [{ type: 'int8' }, { zeroed: 1 }]) {
      const options = { inputs, loss: 'mse', optimizer: 'adam', masks } as unknown as TrainingStepOptions;
      expect(() => buildTrainingStep(buildModel(model), options)).toThrow(/masks\.(type|zeroed)/);
    }
  });
});

describe('the settings of an optimizer', () => {
  it('are those it was given, and the defaults', () => {
    const settings = (optimizer: Optimizer) =>
      buildTrainingStep(buildModel(model), { inputs: { x: [1, 3] }, loss: 'mse', optimizer }).optimizer;
    expect(settings('sgd')).toEqual({ kind: 'sgd', momentum: 0, nesterov: false, weightDecay: 0 });
    expect(settings({ kind: 'adamw', beta1: 0.8 })).toEqual({
      kind: 'adamw',
      beta1: 0.8,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.01,
    });
    expect(settings('rmsprop')).toEqual({
      kind: 'rmsprop',
      form: 'pytorch',
      decay: 0.99,
      momentum: 0,
      centered: false,
      epsilon: 1e-8,
      weightDecay: 0,
    });
    expect(settings({ kind: 'rmsprop', form: 'tensorflow', centered: true })).toEqual({
      kind: 'rmsprop',
      form: 'tensorflow',
      decay: 0.9,
      momentum: 0,
      centered: true,
      epsilon: 1e-7,
      weightDecay: 0,
    });
  });
});
