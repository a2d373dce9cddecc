import { constantSparsity, createPruner, type Pruner } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import { tfjsBackend } from '../../backend/tfjs-backend.js';
import { createDense, tensorOf } from '../../testing/models.js';
import { growth, useBackend } from '../../testing/use-backend.js';
import { pruneModel } from '../prune-model.js';
import { pruneOptimizer } from './prune-optimizer.js';

const VALUES = [1, 2, 3, 4, 40, 30, 20, 10];

const zerosOf = (values: ArrayLike<number>): number[] =>
  Array.from(values).flatMap((value, i) => (value === 0 ? [i] : []));

describe.each(['memory', 'operations'] as const)('several pruners of one variable, through %s', (through) => {
  /** One drops the two smallest of all, the other the two that another score ranks lowest. */
  async function createTwo() {
    await useBackend('wasm');
    const [weight, score] = tf.tidy(
      () => [tf.variable(tf.tensor1d(VALUES)), tf.variable(tf.tensor1d([...VALUES].reverse()))] as const,
    );
    const backend = tfjsBackend({ through });
    const options = { backend, weights: [{ name: 'w', weight }], schedule: constantSparsity(0.25) };
    const first = createPruner(options);
    const second = createPruner({ ...options, score: { kind: 'tensor', of: () => score } });
    return { weight, backend, first, second, dispose: () => disposeAll([first, second], [weight, score]) };
  }
  const disposeAll = (pruners: readonly Pruner[], tensors: tf.Tensor[]) => {
    for (const pruner of pruners) pruner.dispose();
    tf.dispose(tensors);
  };
  const momentsOf = async (optimizer: tf.Optimizer) => {
    const [iterations, momentum] = await optimizer.getWeights();
    iterations!.tensor.dispose();
    return [...(await momentum!.tensor.data())];
  };
  const gradientOf = (backend: TfjsBackend, weight: tf.Variable) =>
    tf.tidy(() => [...backend.maskGradient(weight, tf.ones([8])).dataSync()]);

  it('are all obeyed by the gradients of a step, whichever of them the optimizer knows', async () => {
    const { weight, backend, first, second, dispose } = await createTwo();
    for (const pruner of [first, second]) await pruner.update(0);
    expect(gradientOf(backend, weight)).toEqual([0, 0, 1, 1, 1, 1, 0, 0]);
    const inner = tf.train.momentum(0.01, 0.9);
    const optimizer = pruneOptimizer(inner, first, { backend });
    const step = () => {
      optimizer.minimize(() => tf.sum(tf.square(tf.sub(weight, 100))));
      second.enforceSync();
    };
    step();
    expect(await growth(async () => step())).toEqual({ tensors: 0, bytes: 0 });
    expect(zerosOf(await weight.data())).toEqual([0, 1, 6, 7]);
    expect(zerosOf(await momentsOf(inner))).toEqual([0, 1, 6, 7]);
    inner.dispose();
    dispose();
  });

  it('are obeyed as long as they enforce their masks, and no longer', async () => {
    const { weight, backend, first, second, dispose } = await createTwo();
    for (const pruner of [first, second]) await pruner.update(0);
    const inner = tf.train.sgd(0.01);
    const optimizer = pruneOptimizer(inner, first, { backend });
    const loss = () => tf.sum(tf.square(tf.sub(weight, 100))) as tf.Scalar;
    optimizer.minimize(loss);
    expect(zerosOf(await weight.data())).toEqual([0, 1, 6, 7]);
    // The second one has not been heard of since.
    optimizer.minimize(loss);
    expect(zerosOf(await weight.data())).toEqual([0, 1]);
    second.dispose();
    expect(gradientOf(backend, weight)).toEqual([0, 0, 1, 1, 1, 1, 1, 1]);
    inner.dispose();
    dispose();
  });

  it('are not obeyed by the steps of a pruning that came after one was detached', async () => {
    await useBackend('wasm');
    const model = createDense();
    const x = tensorOf(101, [32, 10]);
    const options = { print: false, backend: tfjsBackend({ through }) } as const;
    const first = pruneModel(model, { ...options, schedule: constantSparsity(0.5) });
    await first.pruner.update(0);
    await model.trainOnBatch(x, x);
    first.detach();
    const second = pruneModel(model, { ...options, schedule: constantSparsity(0.3) });
    await second.pruner.update(0);
    await model.trainOnBatch(x, x);
    expect(zerosOf(await model.getWeights()[0]!.data())).toHaveLength(30);
    for (const one of [first, second]) one.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });
});
