import { constantSparsity, createPruner } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { tfjsBackend } from '../../backend/tfjs-backend.js';
import { patchMethod } from '../../internals/patch-method.js';
import { OPTIMIZERS, tensorOf } from '../../testing/models.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';
import { pruneModel } from '../prune-model.js';
import { pruneOptimizer } from './prune-optimizer.js';

/** A pruned matrix, a bias, a loss over both, and the optimizer under test. */
async function createLoop(name: string) {
  const variables = tf.tidy(() => [tf.variable(tensorOf(1, [6, 5])), tf.variable(tensorOf(2, [5]))] as const);
  const [x, y] = [tensorOf(3, [7, 6]), tensorOf(4, [7, 5])];
  const backend = tfjsBackend();
  const pruner = createPruner({
    backend,
    weights: [{ name: 'matrix', weight: variables[0] }],
    schedule: constantSparsity(0.6),
  });
  const inner = OPTIMIZERS[name]!();
  const optimizer = pruneOptimizer(inner, pruner, { backend });
  const loss = (): tf.Scalar =>
    x
      .matMul(variables[0] as tf.Tensor2D)
      .add(variables[1])
      .sub(y)
      .square()
      .mean();
  const zeros = async () => (await variables[0].data()).filter((value) => Object.is(value, 0)).length;
  const dispose = () => {
    optimizer.dispose();
    pruner.dispose();
    tf.dispose([...variables, x, y]);
  };
  return { variables, inner, optimizer, pruner, loss, zeros, dispose };
}

describe.each(BACKENDS)('pruneOptimizer on %s', (backend) => {
  it.each(Object.keys(OPTIMIZERS))('prunes after every step of %s, however it is made', async (name) => {
    await useBackend(backend);
    const { variables, inner, optimizer, pruner, loss, zeros, dispose } = await createLoop(name);
    for (let step = 0; step < 3; step += 1) inner.minimize(loss);
    await pruner.update(0);
    expect(await zeros()).toBe(18);
    const steps: Record<string, () => void> = {
      minimize: () => void optimizer.minimize(loss),
      'minimize with a list': () => void optimizer.minimize(loss, false, [...variables]),
      'minimize with a cost': () => optimizer.minimize(loss, true)!.dispose(),
      'computeGradients and applyGradients': () => {
        const { value, grads } = optimizer.computeGradients(loss);
        optimizer.applyGradients(grads);
        tf.dispose([value, grads]);
      },
    };
    for (const step of Object.values(steps)) {
      const before = await variables[0].data();
      const grown = await growth(async () => step());
      expect(grown).toEqual({ tensors: 0, bytes: 0 });
      expect(await zeros()).toBe(18);
      expect([...(await variables[0].data())]).not.toEqual([...before]);
    }
    expect(optimizer.iterations).toBe(inner.iterations);
    dispose();
  });
});

describe('pruneOptimizer', () => {
  it('is in everything else the optimizer it was made from', async () => {
    await useBackend('cpu');
    const { inner, optimizer, pruner, loss, dispose } = await createLoop('adam');
    await pruner.update(0);
    optimizer.minimize(loss);
    expect(optimizer.getClassName()).toBe('Adam');
    expect(optimizer.getConfig()).toEqual(inner.getConfig());
    expect(optimizer).toBeInstanceOf(tf.AdamOptimizer);
    expect(inner.iterations).toBe(1);
    const saved = await optimizer.getWeights();
    expect(saved.map(({ name }) => name)).toEqual((await innerNames(inner)) as string[]);
    await optimizer.setWeights([{ name: 'iter', tensor: tf.scalar(41, 'int32') }, ...saved.slice(1)]);
    expect(inner.iterations).toBe(41);
    optimizer.minimize(loss);
    expect([inner.iterations, optimizer.iterations]).toEqual([42, 42]);
    dispose();
  });

  it('trains a compiled model too', async () => {
    await useBackend('cpu');
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [4], useBias: false })] });
    const backend = tfjsBackend();
    const weight = model.weights[0]!.read() as tf.Variable;
    const pruner = createPruner({
      backend,
      weights: [{ name: 'kernel', weight }],
      schedule: constantSparsity(0.5),
    });
    model.compile({
      optimizer: pruneOptimizer(tf.train.adam(), pruner, { backend }),
      loss: 'meanSquaredError',
    });
    await pruner.update(0);
    const x = tensorOf(1, [8, 4]);
    await model.fit(x, x, { epochs: 2, verbose: 0 });
    expect((await weight.data()).filter((value) => value === 0)).toHaveLength(8);
    tf.dispose([x]);
    pruner.dispose();
    model.dispose();
  });

  it('and pruneModel obey each other on one model, until pruneModel is detached', async () => {
    await useBackend('cpu');
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ name: 'a', units: 4, inputShape: [4], useBias: false }),
        tf.layers.dense({ name: 'b', units: 4, useBias: false }),
      ],
    });
    const [a, b] = model.weights.map((variable) => variable.read() as tf.Variable) as [
      tf.Variable,
      tf.Variable,
    ];
    // The same every time: were a whole column of a dropped, b would get no gradient and keep its zeros.
    tf.tidy(() => model.setWeights([tensorOf(2, [4, 4]), tensorOf(3, [4, 4])]));
    const backend = tfjsBackend();
    const pruner = createPruner({
      backend,
      weights: [{ name: 'a', weight: a }],
      schedule: constantSparsity(0.5),
    });
    const inner = tf.train.momentum(0.05, 0.9);
    const optimizer = pruneOptimizer(inner, pruner, { backend });
    model.compile({ optimizer, loss: 'meanSquaredError' });
    const pruning = pruneModel(model, {
      schedule: constantSparsity(0.25),
      select: { include: ['b/kernel'] },
      print: false,
    });
    await pruner.update(0);
    const x = tensorOf(1, [8, 4]);
    const zeros = async () =>
      Promise.all([a, b].map(async (weight) => (await weight.data()).filter((value) => value === 0).length));
    await model.fit(x, x, { epochs: 3, verbose: 0, callbacks: pruning.callback });
    expect(await zeros()).toEqual([8, 4]);
    expect(pruning.steps()).toBe(3);
    // What belongs to the proxy is not the optimizer's own.
    expect(Object.hasOwn(optimizer, 'applyGradients')).toBe(true);
    expect(Object.hasOwn(inner, 'applyGradients')).toBe(false);
    pruning.detach();
    expect(Object.hasOwn(optimizer, 'applyGradients')).toBe(false);
    await model.trainOnBatch(x, x);
    expect(await zeros()).toEqual([8, 0]);
    expect(pruning.steps()).toBe(3);
    pruning.dispose();
    pruner.dispose();
    inner.dispose();
    model.dispose();
    x.dispose();
  });

  it('follows what is done to the original afterwards', async () => {
    await useBackend('cpu');
    const { inner, optimizer, pruner, loss, dispose } = await createLoop('sgd');
    await pruner.update(0);
    let calls = 0;
    const release = patchMethod(inner, 'applyGradients', (apply) => (gradients) => {
      calls += 1;
      apply(gradients);
    });
    optimizer.minimize(loss);
    expect(calls).toBe(1);
    release();
    optimizer.minimize(loss);
    expect(calls).toBe(1);
    optimizer.applyGradients = () => {
      calls += 10;
    };
    optimizer.minimize(loss);
    expect(calls).toBe(11);
    expect(Object.hasOwn(inner, 'applyGradients')).toBe(false);
    dispose();
  });

  it('refuses a step while an update is in flight, before the optimizer moves', async () => {
    await useBackend('cpu');
    const { variables, inner, optimizer, pruner, loss, dispose } = await createLoop('adam');
    await pruner.update(0);
    const gradients = optimizer.computeGradients(loss);
    const update = pruner.update(1);
    expect(() => optimizer.applyGradients(gradients.grads)).toThrow(
      expect.objectContaining({ code: 'busy' }),
    );
    await update;
    const before = [...(await variables[1].data())];
    expect(inner.iterations).toBe(0);
    expect(before).toEqual([...(await tensorOf(2, [5]).data())]);
    dispose();
  });

  it('throws from its step when the pruner is gone', async () => {
    await useBackend('cpu');
    const { optimizer, pruner, loss, dispose } = await createLoop('sgd');
    pruner.dispose();
    expect(() => optimizer.minimize(loss)).toThrow(expect.objectContaining({ code: 'disposed' }));
    dispose();
  });
});

async function innerNames(optimizer: tf.Optimizer): Promise<string[]> {
  return (await optimizer.getWeights()).map(({ name }) => name);
}
