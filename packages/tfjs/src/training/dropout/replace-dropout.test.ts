import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { findDropout, linearRamp, type ReplaceDropoutOptions, replaceDropout } from '../../index.js';
import { quiet, tensorOf } from '../../testing/models.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';

/** 200 prunable elements, and three dropouts of which one has no effect. */
function createModel(rates: readonly number[] = [0.2, 0.5, 0]): tf.Sequential {
  const [first = 0, second = 0, third = 0] = rates;
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'a', units: 10, inputShape: [10] }),
      tf.layers.dropout({ name: 'early', rate: first }),
      tf.layers.gaussianDropout({ name: 'noise', rate: second }),
      tf.layers.dropout({ name: 'none', rate: third }),
      tf.layers.dense({ name: 'b', units: 10 }),
    ],
  });
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  return model;
}

const ratesOf = (model: tf.LayersModel) => findDropout(model).map(({ rate }) => rate);
const silent = { print: false } as const;

describe.each(BACKENDS)('replaceDropout on %s', (backend) => {
  beforeEach(() => useBackend(backend));

  it('sets dropout aside and prunes to the mean of its rates, and leaves no tensor behind', async () => {
    const model = createModel();
    const x = tensorOf(101, [32, 10]);
    await model.trainOnBatch(x, x);
    const grown = await growth(async () => {
      const pruning = replaceDropout(model, { end: 4, ...silent });
      expect(pruning.sparsity).toBe(0.35);
      expect(pruning.schedule.to).toBe(0.35);
      expect(pruning.dropout.map(({ name, rate }) => [name.split('/').at(-1), rate])).toEqual([
        ['early', 0.2],
        ['noise', 0.5],
      ]);
      expect(ratesOf(model)).toEqual([]);
      await model.fit(x, x, { ...quiet, epochs: 5, callbacks: pruning.callback });
      expect((await pruning.pruner.report()).total).toMatchObject({ dropped: 70, zeros: 70 });
      pruning.undo();
      pruning.undo();
      expect(ratesOf(model)).toEqual([0.2, 0.5]);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });
});

describe('replaceDropout', () => {
  beforeEach(() => useBackend('cpu'));

  it('says what it did, and prints it after the choice of kernels', () => {
    const printed: string[] = [];
    const model = createModel();
    const { text, undo } = replaceDropout(model, { end: 4, print: (line) => void printed.push(line) });
    expect(text).toMatch(
      /^dropout set aside: \S*early \(rate 0\.2\), \S*noise \(rate 0\.5\); pruning to sparsity 0\.35, the mean of their rates, from epoch 0 to epoch 4$/,
    );
    expect(printed).toHaveLength(2);
    expect(printed[1]).toBe(text);
    undo();
  });

  it('follows the ramp of the paper over 20 epochs unless told', () => {
    const { schedule, undo } = replaceDropout(createModel(), silent);
    expect([0, 10, 20, 30].map(schedule)).toEqual([0, 0.35 / 8, 0.35, 0.35]);
    undo();
  });

  it('takes another sparsity, another ramp and what pruneModel takes', async () => {
    const pruning = replaceDropout(createModel(), {
      ...silent,
      sparsity: 0.5,
      from: 0.25,
      start: 2,
      end: 4,
      ramp: linearRamp,
      every: 'batch',
      select: 'b/kernel',
    });
    expect([1, 2, 3, 4].map(pruning.schedule)).toEqual([0, 0.25, 0.375, 0.5]);
    expect(pruning.text).toMatch(/to sparsity 0\.5, as asked, from step 2 to step 4$/);
    expect(pruning.kernels.kernels.map(({ name }) => name)).toEqual(['b/kernel']);
    await pruning.pruner.update(4);
    expect((await pruning.pruner.report()).total.dropped).toBe(50);
    pruning.undo();
  });

  it('leaves dropout aside when the pruning is only disposed of', () => {
    const model = createModel();
    replaceDropout(model, silent).dispose();
    expect(ratesOf(model)).toEqual([]);
  });

  it('refuses a model without dropout', () => {
    expect(() => replaceDropout(createModel([0, 0, 0]), silent)).toThrow(
      expect.objectContaining({ code: 'no-dropout', message: expect.stringMatching(/has none: pruneModel/) }),
    );
  });

  it.each([
    [{ schedule: linearRamp }, /no option "schedule": it is ramp/],
    [{ to: 0.5 }, /no option "to": it is sparsity/],
    [{ sparsity: 1.5 }, /needs `sparsity` in \[0, 1\], got 1\.5/],
    [{ ramp: 0.5 }, /needs ramp to be a function, as linearRamp is one, got/],
    [{ from: 0.4 }, /needs from ≤ to/],
    [{ every: 0 }, /every/],
  ])('refuses %j and leaves the rates as they are', (options, message) => {
    const model = createModel();
    expect(() => replaceDropout(model, { ...silent, ...options } as ReplaceDropoutOptions)).toThrow(message);
    expect(ratesOf(model)).toEqual([0.2, 0.5]);
  });
});
