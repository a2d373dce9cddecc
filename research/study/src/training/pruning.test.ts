import { readRecipe } from '@synaprune/core';
import { afterAll, describe, expect, it } from 'vitest';
import { buildModel } from '../models/build-model.js';
import type { PruningSpec, TrainingSpec } from '../run.js';
import { createLearner } from './learner.js';
import { openRuntime } from './open-runtime.js';
import { createPruning } from './pruning.js';
import { toyTask } from './testing/toy-task.js';

const LSTM: PruningSpec = {
  recipe: {
    schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 20 },
    rule: 'published',
  },
  everyBatches: 5,
};

const RAMP = { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 2, end: 20 } as const;

// Figures of the published program and of Zhu & Gupta's formula, computed outside this project.
describe('schedules, by epochs counted from 0', () => {
  it.each([
    ['.3 → .7', RAMP, [0, 0.3, 0.300069, 0.35, 0.636968]],
    ['.1 → .5', { ...RAMP, from: 0.1, to: 0.5 }, [0, 0.1, 0.100069, 0.15, 0.436968]],
    ['Zhu–Gupta .3 → .7', { ...RAMP, kind: 'polynomialDecay' }, [0, 0.3, 0.363032, 0.65, 0.699931]],
    ['Zhu–Gupta 0 → .7', { ...RAMP, kind: 'polynomialDecay', from: 0 }, [0, 0, 0.110305, 0.6125, 0.69988]],
    ['one-shot', { kind: 'oneShot', to: 0.7, at: 11 }, [0, 0, 0, 0.7, 0.7]],
  ] as const)('%s at epochs 1, 2, 3, 11 and 19', (_, recipe, expected) => {
    const { schedule } = readRecipe({ schedule: recipe });
    expect([1, 2, 3, 11, 19].map((epoch) => Number(schedule(epoch).toFixed(6)))).toEqual(expected);
  });

  it('the patch transformer’s .01 → .5 from epoch 5 at epochs 4, 5, 6 and 19', () => {
    const { schedule } = readRecipe({ schedule: { ...RAMP, from: 0.01, to: 0.5, start: 5 } });
    expect([4, 5, 6, 19].map((epoch) => Number(schedule(epoch).toFixed(6)))).toEqual([
      0, 0.01, 0.010145, 0.408388,
    ]);
  });
});

describe('masks', async () => {
  const runtime = await openRuntime();
  afterAll(() => runtime.dispose());

  const plain: TrainingSpec = {
    learningRate: 1e-3,
    dropout: 0,
    weightDecay: 0,
    narrowed: 0,
    noisyValidation: false,
    pruning: null,
  };

  /** Calls for every batch of some epochs without training, and tells which batches changed the masks. */
  async function follow(spec: PruningSpec, epochs: number, batches: number) {
    const task = toyTask({ rows: 60 });
    const model = buildModel({
      model: 'rnn',
      length: 4,
      features: 2,
      channels: 2,
      targetChannel: 0,
      narrowed: 0,
      dropout: 0,
      seed: 1,
      protocol: 'published',
    });
    const learner = await createLearner(runtime, model, task, plain, 8);
    const pruning = createPruning(spec, learner.trainer, model.kernels, 1);
    const changes: { at: string; dropped: number; reachedEnd: boolean }[] = [];
    let before = 0;
    for (let epoch = 0; epoch < epochs; epoch += 1) {
      for (let batch = 0; batch < batches; batch += 1) {
        await pruning.step(epoch, batch, async () => {});
        const report = await pruning.report();
        const { dropped } = report.total;
        if (dropped !== before) {
          changes.push({ at: `${epoch}:${batch}`, dropped, reachedEnd: pruning.reachedEnd(report) });
        }
        before = dropped;
      }
    }
    const { total, weights } = await pruning.report();
    pruning.dispose();
    await learner.dispose();
    return { changes, total, weights, kernels: model.kernels };
  }

  it('change at the batches where the published program’s did, one element short of the target', async () => {
    const { changes, total } = await follow(LSTM, 10, 7);
    // Epochs and batches of the first events of a run of that program with 7 batches an epoch.
    expect(changes.map(({ at }) => at)).toEqual(['2:0', '4:1', '5:4', '6:2', '7:0', '8:3', '9:1']);
    expect(total.elements).toBe(64 * 2 + 64 * 64 + 64);
    expect(changes[0]!.dropped).toBe(Math.trunc(0.3 * total.elements) - 1);
  });

  it('change before each epoch otherwise, to exactly the target, and say when the end is reached', async () => {
    const spec: PruningSpec = { recipe: { schedule: { ...RAMP, end: 5 } }, everyBatches: null };
    const { changes, total } = await follow(spec, 8, 3);
    expect(changes.map(({ at, reachedEnd }) => [at, reachedEnd])).toEqual([
      ['2:0', false],
      ['3:0', false],
      ['4:0', false],
      ['5:0', true],
    ]);
    expect(total.dropped).toBe(Math.floor(0.7 * total.elements));
  });

  it('are drawn by lot where the score is random, layer by layer about the same share', async () => {
    const spec: PruningSpec = {
      recipe: { schedule: { ...RAMP, end: 3 }, score: { kind: 'random', seed: 0 } },
      everyBatches: null,
    };
    const { weights, kernels } = await follow(spec, 4, 1);
    expect(weights.map(({ name }) => name)).toEqual(kernels);
    for (const { sparsity, elements } of weights) {
      expect(Math.abs(sparsity - 0.7)).toBeLessThan(4 * Math.sqrt(0.21 / elements));
    }
  });
});
