import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from './build-training-step.js';
import type { Optimizer } from './options.js';
import { modelBytes, randomTensor, type TestModel } from './testing/models.js';
import { startTraining } from './testing/runtime.js';

const model: TestModel = {
  inputs: { x: { shape: [-1, 3] } },
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
];

const isPlusZero = (value: number) => Object.is(value, 0);

describe('masks', () => {
  for (const optimizer of optimizers) {
    it(`keep dropped weights and slots at +0 from the step they drop on: ${JSON.stringify(optimizer)}`, async () => {
      const step = buildTrainingStep(modelBytes(model), {
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

  it('hold under gradient clipping, also where the kept gradients are NaN', async () => {
    const step = buildTrainingStep(modelBytes(model), {
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
    const step = buildTrainingStep(modelBytes(model), {
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
