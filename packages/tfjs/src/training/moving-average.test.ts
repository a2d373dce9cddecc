import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  createMovingAverage,
  createPruner,
  linearRamp,
  pruneModel,
  pruneOptimizer,
  tfjsBackend,
} from '../index.js';
import { createDense, quiet, tensorOf } from '../testing/models.js';
import { BACKENDS, growth, useBackend } from '../testing/use-backend.js';

const kernelOf = (model: tf.LayersModel) => model.getWeights()[0] as tf.Variable;
const bits = async (tensor: tf.Tensor) => [
  ...new Uint32Array(((await tensor.data()) as Float32Array).slice().buffer),
];
const { fround } = Math;

describe.each(BACKENDS)('a moving average on %s', (backend) => {
  beforeEach(() => useBackend(backend));

  it('is the recursion in float32, and +0 where the masks drop', async () => {
    const model = createDense('adam');
    const x = tensorOf(101, [32, 10]);
    await model.trainOnBatch(x, x);
    const grown = await growth(async () => {
      const schedule = linearRamp({ from: 0, to: 0.8, start: 0, end: 4 });
      const pruning = pruneModel(model, { schedule, print: false });
      const average = createMovingAverage(pruning, { decay: 0.75 });
      let expected = (await kernelOf(model).data()).slice();
      const follow = {
        onBatchEnd: async () => {
          const weights = await kernelOf(model).data();
          const [mask] = await pruning.masks();
          expected = expected.map((value, i) =>
            (mask!.bits[i >> 3]! >> (i % 8)) & 1
              ? fround(fround(value * fround(0.75)) + fround(weights[i]! * fround(0.25)))
              : 0,
          );
        },
      };
      await model.fit(x, x, {
        ...quiet,
        epochs: 5,
        callbacks: [pruning.callback, average.callback, follow],
      });
      average.swapIn();
      expect(await bits(kernelOf(model))).toEqual([...new Uint32Array(Float32Array.from(expected).buffer)]);
      expect(expected.filter((value) => value === 0)).toHaveLength(80);
      average.dispose();
      pruning.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });

  it('lets nobody step on it while it is swapped in, and gives weights back by the masks of now', async () => {
    const model = createDense('adam');
    const x = tensorOf(101, [32, 10]);
    const pruning = pruneModel(model, {
      schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 4 }),
      print: false,
    });
    const average = createMovingAverage(pruning, { decay: 0.75 });
    await model.fit(x, x, { ...quiet, epochs: 2, callbacks: [pruning.callback, average.callback] });
    const weights = await kernelOf(model).data();
    average.swapIn();
    const step = model.fit(x, x, { ...quiet, epochs: 1, callbacks: pruning.callback });
    await expect(step).rejects.toMatchObject({ code: 'busy', message: expect.stringContaining('swapOut()') });
    await pruning.pruner.update(4);
    average.swapOut();
    const after = await kernelOf(model).data();
    expect(after.filter((value) => value === 0)).toHaveLength(80);
    expect(after.every((value, i) => value === 0 || value === weights[i])).toBe(true);
    const { total } = await pruning.pruner.report();
    expect([total.dropped, total.zeros]).toEqual([80, 80]);
    await model.fit(x, x, { ...quiet, epochs: 1, callbacks: pruning.callback });
    average.dispose();
    pruning.dispose();
  });

  it('is swapped in and out without a bit of the weights lost', async () => {
    const model = createDense('sgd');
    const pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false });
    const x = tensorOf(101, [32, 10]);
    const average = createMovingAverage(pruning, { decay: 0.5 });
    await pruning.pruner.update(0);
    await model.trainOnBatch(x, x);
    average.update();
    const before = await bits(kernelOf(model));
    const grown = await growth(async () => {
      average.swapIn();
      expect(await bits(kernelOf(model))).not.toEqual(before);
      // Masks that came after the average was updated hold in it, too.
      const { total, notices } = await pruning.pruner.report();
      expect(total).toMatchObject({ zeros: 50, revived: 0 });
      expect(notices).toEqual([]);
      expect(() => average.update()).toThrow(expect.objectContaining({ code: 'busy' }));
      expect(() => average.swapIn()).toThrow(expect.objectContaining({ code: 'busy' }));
      average.swapOut();
      average.swapOut();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(await bits(kernelOf(model))).toEqual(before);
    average.dispose();
    average.dispose();
    expect(() => average.update()).toThrow(expect.objectContaining({ code: 'disposed' }));
    pruning.dispose();
  });
});

describe('a moving average', () => {
  beforeEach(() => useBackend('cpu'));

  it('of variables obeys the masks of a backend', async () => {
    const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
    const backend = tfjsBackend();
    const weights = [{ name: 'kernel', weight: kernel }];
    const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5) });
    const optimizer = pruneOptimizer(tf.train.sgd(0.5), pruner, { backend });
    const average = createMovingAverage([kernel], { decay: 0.5, backend });
    await pruner.update(0);
    optimizer.minimize(() => kernel.sub(1).square().sum());
    average.update();
    average.swapIn();
    // 3 goes to 1 and −4 to 1 in one step of half the gradient 2(w − 1).
    expect([...(await kernel.data())]).toEqual([2, 0, 0, -1.5]);
    average.swapOut();
    expect([...(await kernel.data())]).toEqual([1, 0, 0, 1]);
    average.dispose();
    pruner.dispose();
  });

  it('of a model without pruning averages what it trains', async () => {
    const model = createDense('sgd');
    const average = createMovingAverage(model, { decay: 0 });
    tf.tidy(() => model.setWeights([tf.ones([10, 10]), tf.zeros([10])]));
    average.update();
    tf.tidy(() => model.setWeights([tf.zeros([10, 10]), tf.zeros([10])]));
    average.swapIn();
    expect([...new Set(await kernelOf(model).data())]).toEqual([1]);
    average.dispose();
    expect([...new Set(await kernelOf(model).data())]).toEqual([0]);
  });

  it.each([
    [[], { decay: 0.9 }, /needs a pruning of pruneModel, a layers model or a list of tf\.Variables/],
    [undefined, { decay: 0.9 }, /got undefined/],
    [[1], { decay: 0.9 }, /a list of tf\.Variables/],
    [[], { decay: 2 }, /`decay` in \[0, 1\], got 2/],
    [[], { deccay: 1 }, /did you mean "decay"/],
  ])('refuses %j and %j', (of, options, message) => {
    expect(() => createMovingAverage(of as never, options as never)).toThrow(message);
  });
});
