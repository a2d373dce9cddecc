import { constantSparsity, linearRamp } from '@synaprune/core';
import { tensorFromFloat32 } from '@synaprune/onnx';
import { buildModel, float, readModel } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { uniformNumbers } from '../batch/random.js';
import { replaceDropout } from '../index.js';
import { numbers, perceptron, randomTensor } from '../testing/models.js';
import { useNode } from '../testing/runtimes.js';
import { startTrainer } from '../testing/trainer-cases.js';

const runtime = await useNode();

/** Rows of 40 ones times a 40×40 identity, so that what dropout lets through is to be seen; and a second layer. */
const model = (rates: readonly number[]): Uint8Array =>
  buildModel({
    inputs: { x: ['batch', 40] },
    tensors: [
      randomTensor('k1', [40, 30], 1, 0.3),
      randomTensor('k2', [30, 3], 2, 0.3),
      ...rates.map((rate, i) => tensorFromFloat32(`rate${i}`, Float32Array.of(rate), [])),
    ],
    nodes: [
      ['Dropout', ['x', 'rate0'], ['d']],
      ['MatMul', ['d', 'k1'], ['h']],
      ['Tanh', ['h'], ['t']],
      ['Dropout', ['t', 'rate1'], ['e']],
      ['Dropout', ['e', 'rate2'], ['f']],
      ['MatMul', ['f', 'k2'], ['y']],
    ],
    outputs: ['y'],
  });
const batch = (step: number) => ({
  inputs: { x: numbers(160, step) },
  targets: { y: numbers(12, 50 + step) },
});
const start = (dropout: 'train' | 'inference' | 'coupled' = 'inference') =>
  startTrainer(runtime, { model: model([0.5, 0.3, 0]), loss: 'mse', dropout });

describe('replaceDropout', () => {
  it('finds the dropout that has effect, and prunes to the mean of the rates in one call', async () => {
    const trainer = await start();
    const pruning = replaceDropout(trainer, { start: 1, end: 4 });
    expect(pruning.dropout.map(({ rate }) => rate)).toEqual([0.5, 0.3]);
    expect(pruning.sparsity).toBe(0.4);
    expect(pruning.text).toMatch(
      /^dropout set aside: .*rate 0\.5.*rate 0\.3.*; pruning to sparsity 0\.4, the mean of their rates, from step 1 to step 4$/,
    );
    for (let step = 0; step < 5; step += 1) await trainer.step(batch(step));
    const { total } = await pruning.report();
    expect([total.dropped, total.zeros]).toEqual([516, 516]);
    // What is set aside passes everything: two runs on one batch are one.
    expect(await trainer.evaluate(batch(1))).toEqual(await trainer.evaluate(batch(1)));
    await trainer.dispose();
  });

  it('takes a sparsity and a ramp of one’s own, and counts epochs where they are told', async () => {
    const trainer = await start();
    const pruning = replaceDropout(trainer, {
      sparsity: 0.8,
      from: 0.2,
      end: 2,
      ramp: linearRamp,
      stepsPerEpoch: 3,
    });
    expect([0, 1, 2].map(pruning.schedule)).toEqual([0.2, 0.5, 0.8]);
    expect(pruning.text).toContain('0.8, as asked, from epoch 0 to epoch 2');
    await trainer.dispose();
  });

  it('gives the model without dropout and the schedule, for bytes alone', async () => {
    const given = replaceDropout(model([0.25, 0.75, 0]), { end: 10 });
    expect(given.sparsity).toBe(0.5);
    expect(given.schedule(10)).toBe(0.5);
    expect(readModel(given.model).nodes.map(({ opType }) => opType)).toEqual([
      'Identity',
      'MatMul',
      'Tanh',
      'Identity',
      'Identity',
      'MatMul',
    ]);
    const trainer = await startTrainer(runtime, { model: given.model, loss: 'mse', dropout: 'train' });
    expect(await trainer.evaluate(batch(1))).toEqual(await trainer.evaluate(batch(1)));
    await trainer.dispose();
  });

  it('reads rates of older versions of the operators, where they are attributes', () => {
    const old = buildModel({
      opset: 10,
      inputs: { x: [2, 4] },
      tensors: [randomTensor('k', [4, 4], 1)],
      nodes: [
        ['Dropout', ['x'], ['a'], { ratio: float(0.1) }],
        ['Dropout', ['a'], ['b']],
        ['MatMul', ['b', 'k'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(replaceDropout(old).dropout.map(({ rate }) => rate)).toEqual([0.1, 0.5]);
  });

  it('refuses a model without, a rate that is none, a trainer that drops as it is, and what is no option', async () => {
    expect(() => replaceDropout(perceptron())).toThrow(expect.objectContaining({ code: 'no-dropout' }));
    expect(() => replaceDropout(model([1.5, 0, 0]))).toThrow(expect.objectContaining({ code: 'bad-model' }));
    expect(() => replaceDropout(model([0.5, 0, 0]), { schedule: constantSparsity(0.5) } as never)).toThrow(
      'schedule',
    );
    expect(() => replaceDropout('model.onnx' as never)).toThrow(TypeError);
    const trainer = await start('train');
    expect(() => replaceDropout(trainer)).toThrow('coupled');
    const plain = await start();
    // Twenty steps would be over before anything is learned.
    expect(() => replaceDropout(plain)).toThrow('needs end, the step at which');
    expect(replaceDropout(plain, { stepsPerEpoch: 3 }).text).toContain('from epoch 0 to epoch 20');
    await plain.dispose();
    await trainer.dispose();
  });
});

describe('coupled dropout', () => {
  it('drops at rate · √(1 − sparsity), step by step, and what stays is scaled to it', async () => {
    // One layer that hands on what dropout gave: an identity under masks that nothing trains away at rate 0.
    const size = 64;
    const eye = Float32Array.from({ length: size * size }, (_, i) => (i % (size + 1) === 0 ? 1 : 0));
    const bytes = buildModel({
      inputs: { x: ['batch', size] },
      tensors: [
        tensorFromFloat32('k', eye, [size, size]),
        tensorFromFloat32('rate', Float32Array.of(0.5), []),
      ],
      nodes: [
        ['Dropout', ['x', 'rate'], ['d']],
        ['MatMul', ['d', 'k'], ['y']],
        ['ReduceMean', ['y'], ['loss'], { keepdims: 0 }],
      ],
      outputs: ['loss'],
    });
    const trainer = await startTrainer(runtime, {
      model: bytes,
      loss: { kind: 'output', name: 'loss' },
      optimizer: 'sgd',
      learningRate: 0,
      dropout: 'coupled',
    });
    const x = new Float32Array(50 * size).fill(1);
    const pruning = replaceDropout(trainer, { sparsity: 0.75, end: 1, ramp: linearRamp });
    expect(pruning.text).toContain('kept, to fall as sparsity rises');
    for (const [step, rate] of [0.5, 0.25].entries()) {
      const { loss } = await trainer.step({ inputs: { x } });
      // The numbers that the trainer drew: what they leave at this rate, scaled by it.
      const kept = uniformNumbers(50 * size, 0, step + 1, 0).filter((number) => number >= rate).length;
      expect(loss).toBeCloseTo(kept / (50 * size) / (1 - rate), 4);
    }
    await trainer.dispose();
  });

  it('goes on at the same rates where it was saved', async () => {
    const run = async (interrupted: boolean) => {
      let trainer = await start('coupled');
      let pruning = replaceDropout(trainer, { end: 4 });
      const losses: number[] = [];
      for (let step = 0; step < 6; step += 1) {
        if (interrupted && step === 3) {
          const state = JSON.parse(JSON.stringify(await pruning.save()));
          await trainer.dispose();
          trainer = await start('coupled');
          pruning = replaceDropout(trainer, { end: 4 });
          await pruning.restore(state);
        }
        losses.push((await trainer.step(batch(step))).loss);
      }
      await trainer.dispose();
      return losses;
    };
    expect(await run(true)).toEqual(await run(false));
  });
});
