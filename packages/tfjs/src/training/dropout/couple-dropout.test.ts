import * as tf from '@tensorflow/tfjs';
import { beforeEach, expect, it } from 'vitest';
import { coupleDropout, findDropout, linearRamp, type ModelPruning, pruneModel } from '../../index.js';
import { quiet, tensorOf } from '../../testing/models.js';
import { useBackend } from '../../testing/use-backend.js';

let model: tf.Sequential;
let pruning: ModelPruning;

const prune = () =>
  pruneModel(model, { schedule: linearRamp({ from: 0, to: 0.75, start: 0, end: 3 }), print: false });
const ratesOf = () => findDropout(model).map(({ rate }) => rate);

beforeEach(async () => {
  await useBackend('cpu');
  model = tf.sequential({
    layers: [
      tf.layers.dense({ units: 10, inputShape: [10] }),
      tf.layers.dropout({ rate: 0.4 }),
      tf.layers.dropout({ rate: 0.1 }),
    ],
  });
  tf.tidy(() => model.setWeights([tensorOf(1, [10, 10]), tensorOf(2, [10])]));
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  pruning = prune();
});

it('lowers every rate by the root of what is kept, at each update', async () => {
  const coupled = await coupleDropout(pruning);
  const seen: number[][] = [];
  const look = { onEpochBegin: async () => void seen.push(ratesOf()) };
  const x = tensorOf(3, [32, 10]);
  await model.fit(x, x, { ...quiet, epochs: 4, callbacks: [pruning.callback, look] });
  expect(seen).toEqual([1, 0.75, 0.5, 0.25].map((kept) => [0.4 * Math.sqrt(kept), 0.1 * Math.sqrt(kept)]));
  expect(coupled.rates().map(({ rate }) => rate)).toEqual([0.2, 0.05]);
  expect(coupled.dropout.map(({ rate }) => rate)).toEqual([0.4, 0.1]);
  coupled.dispose();
  pruning.dispose();
});

it('begins with the sparsity that there is, and follows a restored state', async () => {
  await pruning.pruner.update(3);
  const progress = await pruning.save();
  const coupled = await coupleDropout(pruning);
  expect(ratesOf()).toEqual([0.2, 0.05]);
  coupled.dispose();
  pruning.dispose();
  expect(ratesOf()).toEqual([0.4, 0.1]);
  pruning = prune();
  await coupleDropout(pruning);
  expect(ratesOf()).toEqual([0.4, 0.1]);
  await pruning.restore(progress);
  expect(ratesOf()).toEqual([0.2, 0.05]);
  pruning.dispose();
});

it.each(['dispose', 'detach'] as const)('puts the rates back at %s, and lets go of them', async (end) => {
  const coupled = await coupleDropout(pruning);
  await pruning.pruner.update(3);
  pruning[end]();
  expect(ratesOf()).toEqual([0.4, 0.1]);
  expect(coupled.rates().map(({ rate }) => rate)).toEqual([0.4, 0.1]);
  pruning.dispose();
});

it('no longer follows once it is disposed of', async () => {
  const coupled = await coupleDropout(pruning);
  coupled.dispose();
  coupled.dispose();
  await pruning.pruner.update(3);
  expect(ratesOf()).toEqual([0.4, 0.1]);
  pruning.dispose();
});

it('refuses a model without dropout, and what is no pruning', async () => {
  pruning.dispose();
  model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  pruning = prune();
  await expect(coupleDropout(pruning)).rejects.toMatchObject({ code: 'no-dropout' });
  await expect(coupleDropout(model as never)).rejects.toThrow(/needs the pruning that pruneModel returned/);
  pruning.dispose();
});
