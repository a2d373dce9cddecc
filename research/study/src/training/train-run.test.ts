import { afterAll, describe, expect, it } from 'vitest';
import { buildModel } from '../models/build-model.js';
import type { EpochResult, RunSpec, StoppingSpec, TrainingSpec } from '../run.js';
import { createLearner } from './learner.js';
import { openRuntime } from './open-runtime.js';
import { toyTask } from './testing/toy-task.js';
import { trainRun } from './train-run.js';

const PLAIN: TrainingSpec = {
  learningRate: 3e-3,
  dropout: 0,
  weightDecay: 0,
  narrowed: 0,
  noisyValidation: false,
  pruning: null,
};
const RAMP = {
  recipe: {
    schedule: { kind: 'synapticRamp', from: 0.3, to: 0.7, start: 1, end: 4 },
    rule: 'exact',
  },
  everyBatches: null,
} as const;
const HONEST: StoppingSpec = {
  epochs: 12,
  batchSize: 32,
  patience: 2,
  against: 'best',
  leastEpochs: 4,
  scored: 'best',
};

describe('a run', async () => {
  const task = toyTask();
  const runtime = await openRuntime();
  afterAll(() => runtime.dispose());
  const specOf = (training: Partial<TrainingSpec> = {}, stopping: Partial<StoppingSpec> = {}): RunSpec => ({
    protocol: 'honest',
    series: task.series,
    length: task.length,
    model: 'lstm',
    training: { ...PLAIN, ...training },
    stopping: { ...HONEST, ...stopping },
    seed: 42,
    runtime: runtime.name,
  });
  const train = (training?: Partial<TrainingSpec>, stopping?: Partial<StoppingSpec>) =>
    trainRun(runtime, task, specOf(training, stopping));

  it('gives the same result to the bit for the same specification', async () => {
    const training = { dropout: 0.3, pruning: RAMP };
    const { seconds: one, ...first } = await train(training);
    const { seconds: two, ...second } = await train(training);
    expect(second).toEqual(first);
    expect([one, two].every((seconds) => seconds > 0)).toBe(true);
  });

  it('trains and prunes by activity, and with dropout that falls as sparsity rises, each in its own way', async () => {
    const recipe = { ...RAMP.recipe, score: { kind: 'activity', decay: 0.99 } } as const;
    const stopping = { epochs: 6 };
    const activity = await train({ pruning: { ...RAMP, recipe } }, stopping);
    const magnitude = await train({ pruning: RAMP }, stopping);
    const dropout = await train({ pruning: RAMP, dropout: 0.3 }, stopping);
    const coupled = await train({ pruning: RAMP, dropout: 0.3, coupled: true }, stopping);
    for (const { sparsity } of [activity, magnitude, dropout, coupled]) expect(sparsity).toBeCloseTo(0.7, 3);
    const losses = ({ epochs }: typeof activity) => epochs.map(({ trainLoss }) => trainLoss);
    // Up to the first masks nothing is coupled, and nothing ranked.
    expect(losses(activity)[0]).toBe(losses(magnitude)[0]);
    expect(losses(coupled)[0]).toBe(losses(dropout)[0]);
    for (const epoch of [1, 4]) {
      expect(losses(activity)[epoch]).not.toBe(losses(magnitude)[epoch]);
      expect(losses(coupled)[epoch]).not.toBe(losses(dropout)[epoch]);
    }
  });

  it('learns: it forecasts the toy better than the last value does', async () => {
    const { test, persistence } = await train();
    expect(test.off.scaledMae).toBeLessThan(0.7 * persistence.test.scaledMae);
  });

  it('scores the weights of the best epoch on the validation part', async () => {
    const result = await train();
    const best = result.epochs.reduce((a, b) => (b.validationLoss < a.validationLoss ? b : a));
    expect([result.bestEpoch, result.scoredEpoch]).toEqual([best.epoch, best.epoch]);
    expect(result.validation.off.scaledMae).toBe(best.validationMae);
    expect(result.test).toEqual(result.testAtBest);
    expect(result.validation.onePass).toBeNull();
  });

  it('goes back to the best epoch’s weights, and scores the last ones beside them', async () => {
    // A rate at which the loss jumps about, so that the last epoch is not the best.
    const result = await train({ learningRate: 0.05 }, { patience: 3 });
    expect(result.epochs.at(-1)!.epoch).toBeGreaterThan(result.bestEpoch);
    expect(result.validation.off.scaledMae).toBe(result.epochs[result.bestEpoch]!.validationMae);
    expect(result.testAtLast.off.mae).not.toBe(result.testAtBest.off.mae);
  });

  it('scores the last epoch’s weights where the published program does', async () => {
    const result = await train(
      { learningRate: 0.05 },
      { against: 'previous', scored: 'last', leastEpochs: 0 },
    );
    const last = result.epochs.at(-1)!;
    expect(result.scoredEpoch).toBe(last.epoch);
    expect(result.validation.off.scaledMae).toBe(last.validationMae);
    expect(result.test).toEqual(result.testAtLast);
  });

  it('drops what the schedule says, epoch by epoch, and scores no epoch before the end', async () => {
    const result = await train({ pruning: RAMP });
    const { prunable } = result;
    expect(prunable).toBe(4 * 64 * (2 + 64) + 64);
    expect(result.epochs.slice(0, 5).map(({ sparsity }) => sparsity * prunable)).toEqual([
      0,
      Math.floor(0.3 * prunable),
      Math.floor((0.3 + 0.4 / 27) * prunable),
      Math.floor((0.3 + (0.4 * 8) / 27) * prunable),
      Math.floor(0.7 * prunable),
    ]);
    expect(result.scoredEpoch).toBeGreaterThanOrEqual(4);
    const dropped = result.sparsityByWeight.reduce((sum, one) => sum + one.sparsity * one.elements, 0);
    expect(Math.round(dropped)).toBe(Math.floor(0.7 * prunable));
    expect(result.gzipBytes).toBeLessThan(0.55 * (await train()).gzipBytes);
  });

  it('shrinks weights by L2', async () => {
    const bytes = (await train({ weightDecay: 1 })).test.off.scaledMae;
    // Weights near 0 forecast the mean, whatever the window.
    expect(bytes).toBeGreaterThan(0.5);
  });

  it('scores dropout off, in one pass and over 20, and each differs', async () => {
    const { test } = await train({ dropout: 0.5 });
    const scores = [test.off.mae, test.onePass!.mae, test.twentyPasses!.mae];
    expect(new Set(scores).size).toBe(3);
    expect(test.twentyPasses!.rmse).toBeLessThan(test.onePass!.rmse);
  });

  it('stops at other epochs where validation is noisy', async () => {
    const [quiet, noisy] = [
      await train({ dropout: 0.5 }),
      await train({ dropout: 0.5, noisyValidation: true }),
    ];
    expect(noisy.epochs[0]!.trainLoss).toBe(quiet.epochs[0]!.trainLoss);
    expect(noisy.epochs[0]!.validationLoss).toBeGreaterThan(quiet.epochs[0]!.validationLoss);
  });

  it('tells every epoch as it ends', async () => {
    const told: EpochResult[] = [];
    const { epochs } = await trainRun(runtime, task, specOf(), { onEpoch: (epoch) => told.push(epoch) });
    expect(told).toEqual(epochs);
  });

  it('ends with the signal’s reason when it is told to', async () => {
    const control = new AbortController();
    const run = trainRun(runtime, task, specOf(), {
      signal: control.signal,
      onEpoch: ({ epoch }) => epoch === 1 && control.abort(new Error('enough')),
    });
    await expect(run).rejects.toThrow('enough');
  });

  it('fails with a clear message when it diverges', async () => {
    await expect(train({ learningRate: 1e30 })).rejects.toThrow(/training diverged/);
  });

  it('refuses a ramp that ends after the run may', async () => {
    await expect(
      train({ pruning: { ...RAMP, recipe: { schedule: { ...RAMP.recipe.schedule, end: 12 } } } }),
    ).rejects.toThrow(RangeError);
  });

  it('takes the same first steps on the other runtime', async () => {
    const losses = await Promise.all(
      (['onnxruntime-node', 'onnxruntime-web'] as const).map(async (name) => {
        const model = buildModel({
          model: 'gru',
          length: task.length,
          features: 2,
          channels: 2,
          targetChannel: 0,
          narrowed: 0,
          dropout: 0,
          seed: 42,
          protocol: 'honest',
        });
        const learner = await createLearner(await openRuntime(name), model, task, PLAIN, 32);
        const some: number[] = [];
        for (let step = 0; step < 10; step += 1) {
          const windows = Int32Array.from({ length: 32 }, (_, i) => 7 * step + i);
          some.push(await learner.step(task.train, windows, null));
        }
        await learner.dispose();
        return some;
      }),
    );
    for (const [i, loss] of losses[0]!.entries()) expect(Math.abs(loss - losses[1]![i]!)).toBeLessThan(1e-5);
  });
});
