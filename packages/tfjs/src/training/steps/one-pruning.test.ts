import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { constantSparsity, createPruner, pruneModel, pruneOptimizer, tfjsBackend } from '../../index.js';
import { countZeros, createDense, quiet, tensorOf } from '../../testing/models.js';
import { growth, useBackend } from '../../testing/use-backend.js';

const options = { schedule: constantSparsity(0.5), print: false } as const;

beforeEach(() => useBackend('wasm'));

describe('a model under pruning', () => {
  it('is not pruned a second time before the first pruning has ended', async () => {
    const model = createDense('sgd', 'out');
    const x = tensorOf(101, [32, 10]);
    const first = pruneModel(model, options);
    await model.fit(x, x, { ...quiet, epochs: 1, callbacks: first.callback });
    const grown = await growth(async () => {
      expect(() => pruneModel(model, options)).toThrow(
        expect.objectContaining({
          code: 'already-pruned',
          message: expect.stringMatching(/is under pruning already.*"out\/kernel".*its dispose\(\).*exclude/),
        }),
      );
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    // The first one goes on as if nothing had been.
    await model.fit(x, x, { ...quiet, epochs: 1, callbacks: first.callback });
    expect(await countZeros(model)).toEqual([50]);
    first.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });

  it.each(['dispose', 'detach'] as const)('is pruned anew after %s', async (end) => {
    const model = createDense();
    const x = tensorOf(101, [32, 10]);
    const first = pruneModel(model, options);
    await first.pruner.update(0);
    first[end]();
    const second = pruneModel(model, { ...options, schedule: constantSparsity(0.3), keepZeros: false });
    await model.fit(x, x, { ...quiet, epochs: 1, callbacks: second.callback });
    expect((await second.pruner.report()).total).toMatchObject({ dropped: 30, zeros: 30 });
    second.dispose();
    first.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });

  it('may share a layer with another model, which then leaves the layer to it', () => {
    const shared = tf.layers.dense({ name: 'shared', units: 10, inputShape: [10] });
    const one = tf.sequential({ layers: [shared, tf.layers.dense({ name: 'one', units: 10 })] });
    const input = tf.input({ shape: [10] });
    const two = tf.model({
      inputs: input,
      outputs: tf.layers.dense({ name: 'two', units: 10 }).apply(shared.apply(input)) as tf.SymbolicTensor,
    });
    for (const model of [one, two]) model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const first = pruneModel(one, options);
    expect(() => pruneModel(two, options)).toThrow(/shares weights with model .*: "shared\/kernel"/);
    const second = pruneModel(two, { ...options, select: { exclude: ['shared/kernel'] } });
    first.dispose();
    second.dispose();
    pruneModel(two, options).dispose();
    for (const model of [one, two]) model.optimizer.dispose();
    for (const model of [one, two]) model.dispose();
  });

  it('counts and masks its own steps of an optimizer that another model has too', async () => {
    const [model, other] = [createDense('sgd', 'one'), createDense('sgd', 'two')];
    const optimizer = tf.train.sgd(0.1);
    for (const each of [model, other]) each.compile({ optimizer, loss: 'meanSquaredError' });
    const pruning = pruneModel(model, options);
    const x = tensorOf(101, [32, 10]);
    // Nothing of the pruned model moves, so that nothing needs masks.
    await other.trainOnBatch(x, x);
    expect(pruning.steps()).toBe(0);
    await pruning.pruner.update(0);
    await model.trainOnBatch(x, x);
    await other.trainOnBatch(x, x);
    expect(pruning.steps()).toBe(1);
    expect(await countZeros(model)).toEqual([50]);
    pruning.dispose();
    optimizer.dispose();
    for (const each of [model, other]) each.dispose();
    x.dispose();
  });

  it('refuses to be compiled with a pruned optimizer that prunes the same weights', async () => {
    const model = createDense('sgd', 'out');
    const weight = model.layers[0]!.weights[0]!.read() as tf.Variable;
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: [{ name: 'kernel', weight }],
      schedule: constantSparsity(0.2),
    });
    const plain = tf.train.sgd(0.1);
    const loss = 'meanSquaredError';
    model.compile({ optimizer: pruneOptimizer(plain, pruner), loss });
    expect(() => pruneModel(model, options)).toThrow(
      expect.objectContaining({ code: 'already-pruned', message: expect.stringContaining('"out/kernel"') }),
    );
    model.compile({ optimizer: plain, loss });
    const pruning = pruneModel(model, options);
    expect(() => model.compile({ optimizer: pruneOptimizer(plain, pruner), loss })).toThrow(/already/);
    pruner.dispose();
    model.compile({ optimizer: plain, loss });
    pruning.dispose();
    plain.dispose();
    model.dispose();
  });
});
