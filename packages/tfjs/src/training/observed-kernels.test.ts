import { activityScore, constantSparsity, linearRamp, saliencyScore, unpackMemory } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { loadModel, pruneModel, saveModel, tfjsBackend } from '../index.js';
import { createMemory } from '../testing/memory.js';
import { tensorOf } from '../testing/models.js';
import { growth, useBackend } from '../testing/use-backend.js';
import { createPair } from '../testing/use-pair.js';

const schedule = linearRamp({ from: 0, to: 0.25, start: 0, end: 1 });
const keptOf = (masks: readonly { readonly name: string; readonly kept: number }[]) =>
  Object.fromEntries(masks.map(({ name, kept }) => [name, kept]));

describe('a score that looks at training', () => {
  beforeEach(() => useBackend('wasm'));

  it('does not judge a layer that has joined before it has seen a step of it', async () => {
    const model = createPair();
    const x = tensorOf(101, [32, 10]);
    const compile = () => model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    model.getLayer('head').trainable = false;
    compile();
    await model.trainOnBatch(x, x);
    const grown = await growth(async () => {
      const pruning = pruneModel(model, { schedule, score: saliencyScore(), print: false });
      await pruning.pruner.update(0);
      await model.trainOnBatch(x, x);
      await pruning.pruner.update(1);
      expect(keptOf(await pruning.masks())).toEqual({ 'base/kernel': 75 });
      model.getLayer('head').trainable = true;
      model.optimizer.dispose();
      compile();
      // A quarter of 200 is 50 by now, and nothing is known of the head.
      await model.trainOnBatch(x, x);
      expect(keptOf(await pruning.masks())).toEqual({ 'base/kernel': 50, 'head/kernel': 100 });
      // A state that was saved before its first step knows nothing of it either.
      const progress = await pruning.save();
      await pruning.restore(progress);
      await pruning.pruner.update(2);
      expect((await pruning.pruner.report()).total.dropped).toBe(50);
      pruning.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });

  it('travels with the model in what saveModel writes', async () => {
    const model = createPair();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const x = tensorOf(101, [32, 10]);
    const pruning = pruneModel(model, { schedule, score: saliencyScore(), print: false });
    await pruning.pruner.update(0);
    await model.trainOnBatch(x, x);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save, { includeOptimizer: true });
    const loaded = await loadModel(memory.load());
    const restored = pruneModel(loaded.model, { schedule, score: saliencyScore(), print: false });
    await restored.restore(loaded.saved);
    expect((await restored.save()).state.remembered).toEqual((await pruning.save()).state.remembered);
    for (const one of [pruning, restored]) await one.pruner.update(1);
    expect(await restored.masks()).toEqual(await pruning.masks());
    const other = pruneModel(createCompiled(), { schedule, print: false });
    await expect(other.restore(loaded.saved)).rejects.toMatchObject({ code: 'state-mismatch' });
    for (const one of [pruning, restored, other]) one.dispose();
    x.dispose();
  });

  it.each(['memory', 'operations'] as const)(
    'drops the units that put out least, through %s',
    async (through) => {
      const model = createCompiled();
      const x = tensorOf(101, [32, 10]);
      const pruning = pruneModel(model, {
        schedule: linearRamp({ from: 0, to: 0.3, start: 0, end: 1 }),
        score: activityScore({ of: 'unit', decay: 0 }),
        pattern: { kind: 'channel', axis: 1 },
        select: 'base/kernel',
        print: false,
        backend: tfjsBackend({ through }),
      });
      await pruning.pruner.update(0);
      await model.trainOnBatch(x, x);
      const [memory] = unpackMemory((await pruning.save()).state.remembered!.score!, 1);
      const order = [...memory!.values.keys()].sort((a, b) => memory!.values[a]! - memory!.values[b]!);
      await pruning.pruner.update(1);
      const values = await (model.getLayer('base').weights[0]!.read() as tf.Variable).data();
      const empty = [...Array(10).keys()].filter((unit) =>
        [...Array(10).keys()].every((row) => values[10 * row + unit] === 0),
      );
      expect(empty).toEqual(order.slice(0, 3).sort((a, b) => a - b));
      pruning.dispose();
      model.dispose();
      x.dispose();
    },
  );

  function createCompiled(): tf.LayersModel {
    const model = createPair();
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    return model;
  }
});

it('a pruning that was detached sees no more steps', async () => {
  await useBackend('cpu');
  const model = createPair();
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const x = tensorOf(101, [32, 10]);
  const pruning = pruneModel(model, { schedule: constantSparsity(0), score: activityScore(), print: false });
  await pruning.pruner.update(0);
  await model.trainOnBatch(x, x);
  const before = (await pruning.save()).state.remembered;
  pruning.detach();
  const grown = await growth(async () => void (await model.trainOnBatch(x, x)));
  expect(grown).toEqual({ tensors: 0, bytes: 0 });
  expect((await pruning.save()).state.remembered).toEqual(before);
  pruning.dispose();
});
