import {
  constantSparsity,
  createPruner,
  fisherScore,
  movementScore,
  type ObservedScore,
  oneShot,
  saliencyScore,
  unpackMemory,
  wandaScore,
} from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { createScoreObserver, pruneOptimizer, tfjsBackend } from '../index.js';
import { tensorOf } from '../testing/models.js';
import { BACKENDS, growth, useBackend } from '../testing/use-backend.js';
import { createPair } from '../testing/use-pair.js';

describe.each(BACKENDS)('an observer in a loop of one’s own on %s', (backend) => {
  beforeEach(() => useBackend(backend));

  it('is shown every step by pruneOptimizer, gradients of dropped weights too, and leaves nothing behind', async () => {
    const kernel = tf.variable(tf.tensor1d([4, -1, 2, -3]));
    const inner = tf.train.sgd(0.25);
    const loss = () => tf.sum(tf.mul(kernel, tf.tensor1d([1, -2, 3, -4]))) as tf.Scalar;
    const grown = await growth(async () => {
      const weights = [{ name: 'kernel', weight: kernel }];
      const own = tfjsBackend();
      const observer = createScoreObserver({ score: movementScore(), weights });
      const schedule = oneShot({ to: 0.5, at: 2 });
      const pruner = createPruner({ backend: own, weights, schedule, score: observer });
      const optimizer = pruneOptimizer(inner, pruner, { backend: own, observer });
      for (let step = 0; step < 4; step += 1) {
        await pruner.update(step);
        optimizer.minimize(loss);
      }
      // Gradients are 1, −2, 3, −4; the weights 4, −1, 2, −3 before the first step, 3.75, −0.5, 1.25, −2 before the second:
      // Σ −w·g is −7.75, −3, −9.75, −20. Then the two lowest are dropped, and add nothing more.
      const [memory] = unpackMemory((await pruner.save()).remembered!.score!, 1);
      expect([...memory!.values]).toEqual([-7.75 - 3.5 - 3.25, -3 + 0 + 1, -9.75, -20]);
      expect([...(await kernel.data())].map((value) => value === 0)).toEqual([false, false, true, true]);
      pruner.dispose();
      observer.dispose();
      observer.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    inner.dispose();
    kernel.dispose();
  });

  it('takes in steps by hand, and keeps nothing of the caller’s', async () => {
    const kernel = tf.variable(
      tf.tensor2d([
        [3, -4],
        [1, 2],
      ]),
    );
    const weights = [{ name: 'kernel', weight: kernel }];
    const observer = createScoreObserver({ score: wandaScore(), weights });
    const inputSquare = tf.tensor2d([[1], [100]]);
    observer.observe({ inputSquare: { kernel: inputSquare } });
    inputSquare.dispose();
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights,
      schedule: constantSparsity(0.5),
      score: observer,
    });
    await pruner.update(0);
    expect([...(await kernel.data())]).toEqual([0, 0, 1, 2]);
    pruner.dispose();
    observer.dispose();
    kernel.dispose();
  });
});

describe('createScoreObserver', () => {
  beforeEach(() => useBackend('cpu'));

  const kernels = (model: tf.LayersModel) =>
    model.layers.map((layer) => ({
      name: `${layer.name}/kernel`,
      weight: layer.weights[0]!.read() as tf.Variable,
    }));

  it('sees what passes through the layers of a model', async () => {
    const model = createPair();
    const weights = kernels(model);
    const observer = createScoreObserver({ score: wandaScore(), weights, model });
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights,
      schedule: constantSparsity(0),
      score: observer,
    });
    const optimizer = pruneOptimizer(tf.train.sgd(0), pruner, { observer });
    const x = tensorOf(101, [4, 10]);
    const predict = () => model.apply(x) as tf.Tensor;
    // A prediction is no step, and does not count.
    tf.tidy(() => void predict());
    optimizer.minimize(() => predict().square().sum() as tf.Scalar);
    const [base] = unpackMemory((await pruner.save()).remembered!.score!, 2);
    const values = await x.data();
    const expected = Array.from(
      { length: 10 },
      (_, input) => [0, 1, 2, 3].reduce((sum, row) => sum + values[10 * row + input]! ** 2, 0) / 4,
    );
    for (const [i, value] of base!.values.entries()) expect(value).toBeCloseTo(expected[i]!, 6);
    observer.dispose();
    pruner.dispose();
  });

  it('says what an optimizer does not show', () => {
    const weights = kernels(createPair());
    const observer = createScoreObserver({ score: wandaScore(), weights });
    expect(() => observer.beginStep(tf.train.sgd(1), [])).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/inputSquare.*give createScoreObserver the model/),
      }),
    );
  });

  it('refuses a step of an optimizer without second moments, before anything has changed', async () => {
    const model = createPair();
    const weights = kernels(model);
    const observer = createScoreObserver({ score: fisherScore({ of: 'secondMoment' }), weights });
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights,
      schedule: constantSparsity(0),
      score: observer,
    });
    const optimizer = pruneOptimizer(tf.train.sgd(1), pruner, { observer });
    const before = [...(await weights[0]!.weight.data())];
    expect(() => optimizer.minimize(() => weights[0]!.weight.square().sum() as tf.Scalar)).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        message: expect.stringMatching(/secondMoment.*SGD keeps none: take adam or rmsprop/),
      }),
    );
    expect([...(await weights[0]!.weight.data())]).toEqual(before);
    expect(await pruner.save()).not.toHaveProperty('remembered');
    observer.dispose();
    pruner.dispose();
  });

  it('takes in all weights of a step or none', async () => {
    const weights = ['a', 'b'].map((name) => ({ name, weight: tf.variable(tf.tensor1d([1, 2])) }));
    const observer = createScoreObserver({ score: saliencyScore(), weights });
    const [fits, long] = [tf.tensor1d([1, 1]), tf.tensor1d([1, 1, 1])];
    const grown = await growth(async () => {
      expect(() => observer.observe({ gradient: { a: fits, b: long } })).toThrow(
        expect.objectContaining({
          code: 'score-mismatch',
          message: expect.stringMatching(/gradient of "b".*\[2\], got \[3\]/),
        }),
      );
      expect(() => observer.observe({ gradient: { a: fits } })).toThrow(
        /needs gradient of "b" as a tensor of float32/,
      );
      expect(() => observer.observe({ gradients: {} } as never)).toThrow(/did you mean "gradient"/);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(await observer.save(weights)).toBeUndefined();
    observer.dispose();
  });

  it.each([
    [{ score: { kind: 'magnitude' }, weights: [] }, /such as movementScore\(\)/],
    [
      { score: movementScore(), weights: [{ name: 'a', weight: new Float32Array(1) }] },
      /a list of \{ name, weight \}/,
    ],
    [{ score: movementScore(), weights: [], modell: 1 }, /did you mean "model"/],
  ])('refuses %#', (options, message) => {
    expect(() => createScoreObserver(options as unknown as { score: ObservedScore; weights: [] })).toThrow(
      message,
    );
  });
});
