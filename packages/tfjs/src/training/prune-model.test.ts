import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  type PruneModelOptions,
  synapticRamp,
  tensorScore,
  tfjsBackend,
} from '../index.js';
import { OPTIMIZERS, weightBits } from '../testing/models.js';
import { BACKENDS, growth } from '../testing/use-backend.js';
import { ELEMENTS, useForecaster } from '../testing/use-forecaster.js';

const quiet = { verbose: 0, shuffle: false, batchSize: 8 } as const;

const trial = useForecaster();
const { setUp, compile, zeros, prune } = trial;
const minusZeros = async () =>
  Object.values(await weightBits(trial.model))
    .flat()
    .filter((value) => value === 0x80000000).length;
const positions = () => {
  const seen: number[] = [];
  const schedule = (position: number) => {
    seen.push(position);
    return 0.25;
  };
  return { seen, schedule };
};

describe.each(BACKENDS)('pruneModel on %s', (backend) => {
  beforeEach(() => setUp(backend));

  it('prunes a model in fit by a callback alone, along its schedule, and leaks nothing', async () => {
    compile();
    const { callback, pruner } = prune({ schedule: synapticRamp({ from: 0.2, to: 0.8, start: 1, end: 3 }) });
    const { x, y } = trial.samples;
    await trial.model.fit(x, y, { ...quiet, epochs: 2, callbacks: callback });
    expect(await zeros()).toBe(Math.floor(0.2 * ELEMENTS));
    // The optimizer's moments are there by now.
    const grown = await growth(async () => {
      await trial.model.fit(x, y, { ...quiet, initialEpoch: 2, epochs: 4, callbacks: [callback] });
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(await zeros()).toBe(Math.floor(0.8 * ELEMENTS));
    expect((await pruner.report()).total).toMatchObject({ elements: ELEMENTS, dropped: 351 });
    // The position of the last update, and what a state would hold.
    const { position } = await pruner.save();
    expect(await pruner.digest()).toMatch(new RegExp(`^${position}:[0-9a-f]{16}$`));
  });

  it.each(Object.keys(OPTIMIZERS))('keeps dropped weights at +0 after every step of %s', async (name) => {
    compile(OPTIMIZERS[name]!());
    const { x, y } = trial.samples;
    // Moments from before the first update would go on moving dropped weights.
    for (let step = 0; step < 3; step += 1) await trial.model.trainOnBatch(x, y);
    const { pruner } = prune({ schedule: (position) => position / 10 });
    for (const position of [3, 6]) {
      await pruner.update(position);
      for (let step = 0; step < 4; step += 1) {
        await trial.model.trainOnBatch(x, y);
        expect(await zeros()).toBe(Math.floor((position / 10) * ELEMENTS));
        expect(await minusZeros()).toBe(0);
      }
    }
  });
});

describe('pruneModel', () => {
  beforeEach(() => setUp('wasm'));

  it('keeps dropped weights at +0 through 320 steps of Adam', async () => {
    compile();
    const { pruner } = prune({ schedule: constantSparsity(0.7) });
    await pruner.update(0);
    for (let step = 0; step < 320; step += 1) {
      await trial.model.trainOnBatch(trial.samples.x, trial.samples.y);
      expect(await zeros()).toBe(Math.floor(0.7 * ELEMENTS));
    }
    expect(await minusZeros()).toBe(0);
  });

  it('keeps the moments of dropped weights clean', async () => {
    compile();
    await prune().pruner.update(0);
    for (let step = 0; step < 3; step += 1) await trial.model.trainOnBatch(trial.samples.x, trial.samples.y);
    const weights = await trial.model.optimizer.getWeights();
    const dropped = (await weightBits(trial.model))['lstm/kernel']!.map((bits) => bits === 0);
    const moments = weights.filter(({ name }) => /^lstm\/kernel(_\d+)?\/[mv]$/.test(name));
    expect(moments).toHaveLength(2);
    for (const { tensor } of moments) {
      expect([...tensor.dataSync()].map((value) => value === 0)).toEqual(dropped);
    }
    weights[0]!.tensor.dispose();
  });

  it('shows validation inside fit the pruned weights', async () => {
    const kernel = trial.model.getLayer('hidden').getWeights()[0]!;
    const zerosSeen = () => tf.tidy(() => kernel.equal(0).cast('float32').sum() as tf.Scalar);
    trial.model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: [zerosSeen] });
    const { callback } = prune({ distribution: 'uniform' });
    const { history } = await trial.model.fit(trial.samples.x, trial.samples.y, {
      ...quiet,
      epochs: 2,
      validationSplit: 0.25,
      callbacks: callback,
    });
    const validation = Object.entries(history).find(([key]) => key.startsWith('val_') && key !== 'val_loss')!;
    expect(validation[1]).toEqual([20, 20]);
  });

  it('goes on counting epochs over fits, from where initialEpoch says if a fit has one', async () => {
    compile();
    const { seen, schedule } = positions();
    const { callback } = prune({ schedule });
    await trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 2, callbacks: callback });
    await trial.model.fit(trial.samples.x, trial.samples.y, {
      ...quiet,
      initialEpoch: 7,
      epochs: 9,
      callbacks: callback,
    });
    await trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 2, callbacks: callback });
    expect(seen).toEqual([0, 1, 7, 8, 9, 10]);
  });

  it.each([
    ['batch', [0, 1, 2, 3, 4, 5]],
    [2, [0, 2, 4]],
    [4, [0, 4]],
  ] as const)('counts steps across epochs and fits when every is %s', async (every, expected) => {
    compile();
    const { seen, schedule } = positions();
    const { callback, steps } = prune({ schedule, every });
    for (let fit = 0; fit < 2; fit += 1) {
      await trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1, callbacks: callback });
    }
    expect(seen).toEqual(expected);
    expect(steps()).toBe(6);
  });

  it('prunes in fitDataset', async () => {
    compile();
    const { callback } = prune();
    const batch = () => ({ xs: trial.samples.x.clone(), ys: trial.samples.y.clone() });
    const dataset = tf.data.generator(function* () {
      for (let i = 0; i < 3; i += 1) yield batch();
    } as never);
    await trial.model.fitDataset(dataset as never, { epochs: 2, verbose: 0, callbacks: callback });
    expect(await zeros()).toBe(Math.floor(ELEMENTS / 2));
  });

  it('works among other callbacks, plain ones and those of tfjs', async () => {
    compile();
    const { seen, schedule } = positions();
    const { callback } = prune({ schedule });
    const ends: number[] = [];
    const plain = { onEpochEnd: (epoch: number) => void ends.push(epoch) };
    const stopping = tf.callbacks.earlyStopping({ monitor: 'loss', patience: 9 });
    for (const callbacks of [
      [callback, plain],
      [plain, callback],
      [stopping, callback],
      [callback, stopping, plain],
    ]) {
      await trial.model.fit(trial.samples.x, trial.samples.y, {
        ...quiet,
        epochs: 1,
        callbacks: callbacks as never,
      });
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(ends).toEqual([0, 0, 0]);
  });

  it('follows the model to another optimizer', async () => {
    compile();
    const { callback } = prune();
    await trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1, callbacks: callback });
    const old = trial.model.optimizer;
    compile(OPTIMIZERS.momentum!());
    expect(Object.hasOwn(old, 'applyGradients')).toBe(false);
    old.dispose();
    await trial.model.trainOnBatch(trial.samples.x, trial.samples.y);
    expect(await zeros()).toBe(Math.floor(ELEMENTS / 2));
    // Set from outside, without compiling, it is met at the next fit.
    const last = tf.train.sgd(0.1);
    (trial.model as tf.Sequential).optimizer = last;
    await trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1, callbacks: callback });
    expect(await zeros()).toBe(Math.floor(ELEMENTS / 2));
  });

  it('leaves the optimizer as saved models know it', async () => {
    const optimizer = OPTIMIZERS.adam!();
    compile(optimizer);
    const config = optimizer.getConfig();
    prune();
    expect(optimizer.getClassName()).toBe('Adam');
    expect(optimizer.getConfig()).toEqual(config);
    expect(Object.keys(optimizer)).not.toContain('applyGradients');
  });

  it('ranks by saliency in plain tensors, as in variables', async () => {
    compile();
    const saliency = tf.tidy(() => tf.variable(tf.range(0, 15).reshape([5, 3])));
    const plain: tf.Tensor = saliency.clone();
    // Whatever tensorScore is given, it has to type-check here without a cast.
    const scores: NonNullable<PruneModelOptions['score']>[] = [
      tensorScore(() => plain),
      tensorScore(() => saliency),
      tensorScore(({ name }) => (name === 'out/kernel' ? plain : tf.zeros([1]))),
      tensorScore<tf.Variable>(({ weight }) => (weight.trainable ? saliency : weight)),
    ];
    for (const score of scores) {
      const one = prune({ select: { include: ['out/kernel'] }, schedule: constantSparsity(0.2), score });
      await one.pruner.update(0);
      const zero = (await weightBits(trial.model))['out/kernel']!.map((bits) => bits === 0);
      expect(zero.map(Number).join('')).toBe('111000000000000');
      one.dispose();
    }
    tf.dispose([saliency, plain]);
  });

  it('prunes through the backend it is given', async () => {
    compile();
    const backend = tfjsBackend({ through: 'operations' });
    const one = prune({ schedule: constantSparsity(0.5), backend });
    await one.pruner.update(0);
    expect(backend.maskOf(one.kernels.kernels[0]!.weight)?.dtype).toBe('bool');
    one.dispose();
    expect(backend.maskOf(one.kernels.kernels[0]!.weight)).toBeUndefined();
  });
});
