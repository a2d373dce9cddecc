import { createPruner, unpackMemory } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  createMovingAverage,
  createScoreObserver,
  linearRamp,
  movementScore,
  type PruneModelOptions,
  pruneModel,
  pruneOptimizer,
} from '../../index.js';
import {
  createLoop,
  KERNELS,
  kernelsOf,
  type LoopOptions,
  largest,
  lookAt,
  masked,
} from '../../testing/dense-loop.js';
import { OPTIMIZERS } from '../../testing/models.js';
import { createPerceptron, perceptronBatch, perceptronGradients } from '../../testing/perceptron.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';

describe.each(BACKENDS)('pruneOptimizer with straightThrough on %s', (name) => {
  beforeEach(() => useBackend(name));

  it('learns dense weights by what masked ones give, and chooses anew at every update', async () => {
    const loop = createLoop();
    let came = 0;
    let before = await lookAt(loop);
    for (let at = 0; at < 8; at += 1) {
      if (at % 2 === 0) {
        await loop.pruner.update(at);
        const now = await lookAt(loop);
        expect(now.dense).toEqual(before.dense);
        expect(now.kept).toEqual(largest(before.dense, 36));
        came += now.kept.flatMap((kept, w) => kept.filter((one, i) => one && !before.kept[w]![i])).length;
        before = now;
      }
      expect(kernelsOf(before)).toEqual(masked(before));
      const { x, y } = perceptronBatch(at);
      const gradients = perceptronGradients(before.held, [...(await x.data())], [...(await y.data())]);
      tf.dispose([x, y]);
      loop.step(at);
      const after = await lookAt(loop);
      expect(after.kept).toEqual(before.kept);
      for (const [w, values] of after.dense.entries()) {
        for (const [i, value] of values.entries()) {
          expect(value).toBeCloseTo(before.dense[w]![i]! - 0.5 * gradients[KERNELS[w]!][i]!, 5);
        }
      }
      before = after;
    }
    expect(came).toBeGreaterThan(0);
    expect((await loop.pruner.report()).notices).toEqual([]);
    loop.dispose();
  });

  it('goes on where it was saved, bit for bit as if it had never stopped', async () => {
    const run = async (interrupted: boolean) => {
      const told: LoopOptions = { schedule: linearRamp({ from: 0.2, to: 0.6, start: 0, end: 6 }) };
      let loop = createLoop(OPTIMIZERS.momentum, told);
      for (let at = 0; at < 8; at += 1) {
        if (interrupted && at === 5) {
          const state = JSON.stringify(await loop.pruner.save());
          const values = await loop.held();
          const slots = (await loop.optimizer.getWeights()).map(({ name, tensor }) => ({
            name,
            tensor: tensor.clone(),
          }));
          loop.dispose();
          loop = createLoop(OPTIMIZERS.momentum, told);
          loop.write(values);
          await loop.optimizer.setWeights(slots);
          await loop.pruner.restore(JSON.parse(state));
        }
        if (at % 2 === 0) await loop.pruner.update(at);
        loop.step(at);
      }
      const result = [await lookAt(loop), await loop.pruner.digest()];
      loop.dispose();
      return result;
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('leaks nothing, neither in steps and updates nor when it is over', async () => {
    const grown = await growth(async () => {
      const loop = createLoop(OPTIMIZERS.adam);
      await loop.pruner.update(0);
      loop.step(0);
      const during = await growth(async () => {
        loop.step(1);
        await loop.pruner.update(1);
        await loop.pruner.restore(await loop.pruner.save());
        await loop.pruner.digest();
        await loop.pruner.report();
        loop.step(2);
      });
      expect(during).toEqual({ tensors: 0, bytes: 0 });
      loop.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });
});

describe('pruneOptimizer with straightThrough', () => {
  beforeEach(() => useBackend('wasm'));

  it.each(Object.keys(OPTIMIZERS))('does with %s what pruneModel does', async (name) => {
    const loop = createLoop(OPTIMIZERS[name]);
    const model = createPerceptron(OPTIMIZERS[name]!());
    const pruning = pruneModel(model, {
      straightThrough: true,
      schedule: constantSparsity(0.5),
      print: false,
    });
    for (let at = 0; at < 6; at += 1) {
      if (at % 3 === 0) await Promise.all([loop.pruner.update(at), pruning.pruner.update(at)]);
      loop.step(at);
      const { x, y } = perceptronBatch(at);
      await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
    }
    expect(await loop.held()).toEqual(
      await Promise.all(model.weights.map(async (weight) => [...(await weight.read().data())])),
    );
    const { dense } = await pruning.save();
    expect((await lookAt(loop)).dense).toEqual(
      dense!.map(({ values }) => [...unpackMemory(values, 1)[0]!.values]),
    );
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    loop.dispose();
  });

  it.each([
    { pattern: { kind: 'block', shape: [2, 1] } },
    { pattern: { kind: 'n:m', keep: 1, of: 2, axis: 0 } },
    { distribution: 'erk' },
    { rule: 'published' },
    { score: movementScore() },
  ] as LoopOptions[])('goes with %o, as pruneModel does', async ({ score, ...told }) => {
    const schedule = linearRamp({ from: 0, to: 0.5, start: 0, end: 2 });
    const loop = createLoop(undefined, { schedule });
    const { backend, weights } = loop;
    loop.pruner.dispose();
    const observer = score && createScoreObserver({ score: movementScore(), weights });
    const options = { ...told, ...(observer && { score: observer }), schedule };
    const pruner = createPruner({ backend, weights, ...options });
    const inner = tf.train.sgd(0.5);
    const optimizer = pruneOptimizer(inner, pruner, {
      backend,
      straightThrough: true,
      ...(observer && { observer }),
    });
    const model = createPerceptron(tf.train.sgd(0.5));
    const more = { ...told, ...(score && { score }), schedule, straightThrough: true, print: false } as const;
    const pruning = pruneModel(model, more as PruneModelOptions);
    for (let at = 0; at < 4; at += 1) {
      await Promise.all([pruner.update(at), pruning.pruner.update(at)]);
      expect(await pruner.masks()).toEqual(await pruning.masks());
      const { x, y } = perceptronBatch(at);
      optimizer.minimize(() => tf.losses.meanSquaredError(y, loop.model.apply(x) as tf.Tensor));
      await model.trainOnBatch(x, y);
      tf.dispose([x, y]);
    }
    expect((await pruner.report()).total.sparsity).toBeCloseTo(0.5, 1);
    pruner.dispose();
    observer?.dispose();
    inner.dispose();
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    loop.dispose();
  });

  it('takes no part of a step that throws', async () => {
    const loop = createLoop(OPTIMIZERS.adam);
    await loop.pruner.update(0);
    loop.step(0);
    const before = await lookAt(loop);
    const wrong = [{ name: loop.kernels[0]!.name, tensor: tf.ones([2, 2]) }];
    expect(() => loop.optimizer.applyGradients(wrong)).toThrow();
    tf.dispose(wrong.map(({ tensor }) => tensor));
    expect(await lookAt(loop)).toEqual(before);
    loop.dispose();
  });

  it('takes no step while an update looks at dense weights', async () => {
    await useBackend('late');
    const loop = createLoop();
    await loop.pruner.update(0);
    loop.step(0);
    const before = await lookAt(loop);
    const pending = loop.pruner.update(1);
    await new Promise((resolve) => setImmediate(resolve));
    const tensor = tf.ones([6, 8]);
    const gradient = [{ name: loop.kernels[0]!.name, tensor }];
    expect(() => loop.optimizer.applyGradients(gradient)).toThrow(expect.objectContaining({ code: 'busy' }));
    await expect(loop.pruner.save()).rejects.toMatchObject({ code: 'busy' });
    await pending;
    tensor.dispose();
    const after = await lookAt(loop);
    expect(after.dense).toEqual(before.dense);
    expect(kernelsOf(after)).toEqual(masked(after));
    loop.dispose();
  });

  it('has masks and weights from before when an update fails', async () => {
    const loop = createLoop(undefined, { schedule: (at) => (at < 1 ? 0.5 : 0.9), floor: 0.2 });
    await loop.pruner.update(0);
    loop.step(0);
    const before = await lookAt(loop);
    await expect(loop.pruner.update(1)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect(await lookAt(loop)).toEqual(before);
    loop.dispose();
  });

  it('is shared by all optimizers of one pruner, which are all with it or all without', async () => {
    const loop = createLoop();
    const { backend, pruner } = loop;
    const other = pruneOptimizer(tf.train.sgd(0.1), pruner, { backend, straightThrough: true });
    await pruner.update(0);
    const before = await lookAt(loop);
    const tensor = tf.ones([6, 8]);
    other.applyGradients([{ name: loop.kernels[0]!.name, tensor }]);
    tensor.dispose();
    const after = await lookAt(loop);
    for (const [i, value] of after.dense[0]!.entries()) {
      expect(value).toBeCloseTo(before.dense[0]![i]! - 0.1, 5);
    }
    expect(() => pruneOptimizer(tf.train.sgd(1), pruner, { backend })).toThrow(
      /needs straightThrough to be true, as for the pruner's other optimizer/,
    );
    loop.dispose();
    const plain = createLoop(undefined, {}, false);
    expect(() =>
      pruneOptimizer(tf.train.sgd(1), plain.pruner, { backend: plain.backend, straightThrough: true }),
    ).toThrow(/needs straightThrough to be false/);
    plain.dispose();
  });

  it('is averaged as it learns', async () => {
    const loop = createLoop();
    await loop.pruner.update(0);
    const average = createMovingAverage(loop.kernels, { decay: 0, backend: loop.backend });
    loop.step(0);
    average.update();
    const { dense } = await lookAt(loop);
    const all = (await loop.pruner.masks()).map(({ name, bits }) => ({ name, bits: bits.map(() => 255) }));
    await loop.pruner.restore(all);
    average.swapIn();
    expect(kernelsOf(await lookAt(loop))).toEqual(dense);
    average.dispose();
    loop.dispose();
  });
});
