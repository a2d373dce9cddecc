import { createPruner } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { randoms } from '../testing/randoms.js';
import { useBackend } from '../testing/use-backend.js';
import { tfjsBackend } from './tfjs-backend.js';

describe.each(['cpu', 'wasm'] as const)('on %s, live values', (name) => {
  const pruneHalf = async (weight: tf.Variable, through: 'memory' | 'operations' = 'memory') => {
    const weights = [{ name: 'w', weight }];
    const pruner = createPruner({
      backend: tfjsBackend({ through }),
      weights,
      schedule: (sparsity) => sparsity,
    });
    await pruner.update(0.5);
    return pruner;
  };

  it('are changed in no clone, no snapshot and not in the tensor a variable was made from', async () => {
    await useBackend(name);
    const origin = tf.tensor1d([3, -1, 2, -4]);
    const variable = tf.variable(origin);
    const snapshot = variable.clone();
    const view = variable.reshape([2, 2]);
    const pruner = await pruneHalf(variable);
    expect([...(await variable.data())]).toEqual([3, 0, 0, -4]);
    for (const other of [origin, snapshot, view]) expect([...(await other.data())]).toEqual([3, -1, 2, -4]);
    pruner.dispose();
    tf.dispose([origin, snapshot, view, variable]);
  });

  it('are written in no array of the caller', async () => {
    await useBackend(name);
    const values = Float32Array.of(3, -1, 2, -4);
    const [a, b] = tf.tidy(
      () => [tf.variable(tf.tensor1d(values)), tf.variable(tf.tensor1d(values))] as const,
    );
    const pruner = await pruneHalf(a);
    const best = await a.data();
    await pruner.update(0.75);
    expect([...values]).toEqual([3, -1, 2, -4]);
    expect([...(await b.data())]).toEqual([3, -1, 2, -4]);
    expect([...best]).toEqual([3, 0, 0, -4]);
    expect([...(await a.data())]).toEqual([0, 0, 0, -4]);
    const revived = Float32Array.of(9, 9, 9, 9);
    tf.tidy(() => void a.assign(tf.tensor1d(revived)));
    pruner.enforceSync();
    expect([[...revived], [...(await a.data())]]).toEqual([
      [9, 9, 9, 9],
      [0, 0, 0, 9],
    ]);
    pruner.dispose();
    tf.dispose([a, b]);
  });

  it('are pruned as operations prune them, whatever the size', async () => {
    await useBackend(name);
    for (const size of [1, 33, 5000, 100_003]) {
      const values = randoms(size, size);
      const [a, b] = [tf.variable(tf.tensor1d(values)), tf.variable(tf.tensor1d(values))];
      const pruners = [await pruneHalf(a, 'memory'), await pruneHalf(b, 'operations')];
      expect(await a.data()).toEqual(await b.data());
      const [first, second] = await Promise.all(pruners.map((pruner) => pruner.save()));
      expect(first).toEqual(second);
      for (const pruner of pruners) pruner.dispose();
      tf.dispose([a, b]);
    }
  });

  it('stay in place while an optimizer steps: enforcing again changes nothing', async () => {
    await useBackend(name);
    const variable = tf.variable(tf.tensor1d([3, -1, 2, -4]));
    const pruner = await pruneHalf(variable);
    const optimizer = tf.train.adam(0.1);
    optimizer.minimize(() => variable.square().sum());
    const before = tf.memory().numTensors;
    pruner.enforceSync();
    const { dataId } = variable;
    pruner.enforceSync();
    expect([variable.dataId, tf.memory().numTensors]).toEqual([dataId, before]);
    expect((await variable.data()).filter((value) => value === 0).length).toBe(2);
    pruner.dispose();
    tf.dispose(variable);
    optimizer.dispose();
  });

  it('are what products, convolutions and models compute with, also after they had computed with others', async () => {
    await useBackend(name);
    // Nobody else holds their values, so that they are pruned in place.
    const kernel = tf.tidy(() => tf.variable(tf.tensor2d([3, -1, 2, -4], [2, 2])));
    const filter = tf.tidy(() => tf.variable(tf.tensor4d([3, -1, 2, -4], [1, 1, 2, 2])));
    const slope = tf.tidy(() => tf.variable(tf.tensor1d([3, -1])));
    const compute = () =>
      tf.tidy(() => {
        const results = [
          tf.matMul(tf.ones([1, 2]), kernel),
          tf.conv2d(tf.ones([1, 1, 1, 2]) as tf.Tensor4D, filter as tf.Tensor4D, 1, 'valid'),
          tf.prelu(tf.tensor1d([-1, -1]), slope),
        ];
        // Of a zero, the sign says nothing here.
        return results.map((result) => [...result.dataSync()].map((value) => value + 0));
      });
    expect(compute()).toEqual([
      [5, -5],
      [5, -5],
      [-3, 1],
    ]);
    const pruners = [await pruneHalf(kernel), await pruneHalf(filter), await pruneHalf(slope)];
    expect(compute()).toEqual([
      [3, -4],
      [3, -4],
      [-3, 0],
    ]);
    for (const pruner of pruners) pruner.dispose();
    tf.dispose([kernel, filter, slope]);
  });

  it('survive a memory that grows', async () => {
    await useBackend(name);
    const variable = tf.variable(tf.tensor1d([3, -1, 2, -4]));
    const pruner = await pruneHalf(variable);
    const large = tf.zeros([8_000_000]);
    expect((await pruner.update(0.75)).dropped).toBe(1);
    expect([...(await variable.data())]).toEqual([0, 0, 0, -4]);
    pruner.dispose();
    tf.dispose([large, variable]);
  });
});

it('are not looked for where they cannot be reached', async () => {
  await useBackend('late');
  expect(() => tfjsBackend({ through: 'memory' })).toThrow(expect.objectContaining({ code: 'unsupported' }));
});
