import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import {
  constantSparsity,
  createPruner,
  freshSlots,
  pruneModel,
  pruneOptimizer,
  randomScore,
  tensorScore,
  tfjsBackend,
} from '../../index.js';
import { slotsOf } from '../../internals/optimizer-slots.js';
import { OPTIMIZERS, tensorOf } from '../../testing/models.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';
import { createPair } from '../../testing/use-pair.js';

/** How many lists of slots each optimizer has. */
const SLOTS: Readonly<Record<string, number>> = {
  sgd: 0,
  momentum: 1,
  nesterov: 1,
  rmsprop: 2,
  adam: 2,
  adamax: 2,
  adagrad: 1,
  adadelta: 2,
};
const regrow = { by: randomScore({ seed: 3 }), fraction: 0.4 };
const schedule = constantSparsity(0.5);
const flags = (bits: Uint8Array, size: number) =>
  Array.from({ length: size }, (_, i) => ((bits[i >> 3]! >> (i % 8)) & 1) === 1);

describe.each(BACKENDS)('weights that come back on %s', (backend) => {
  it.each(Object.keys(OPTIMIZERS))('start with fresh slots of %s', async (name) => {
    await useBackend(backend);
    const model = createPair();
    const optimizer = OPTIMIZERS[name]!();
    model.compile({ optimizer, loss: 'meanSquaredError' });
    let score = tensorOf(200, [10, 10]);
    const pruning = pruneModel(model, {
      schedule,
      regrow: { by: tensorScore(() => score), fraction: 0.4 },
      print: false,
      select: 'head/kernel',
    });
    const x = tensorOf(101, [32, 10]);
    const masks = async () => flags((await pruning.masks())[0]!.bits, 100);
    const slots = () =>
      slotsOf(optimizer).flatMap(({ fresh, variables: [, , own] }) => (own ? [{ fresh, own }] : []));
    await pruning.pruner.update(0);
    for (let step = 0; step < 3; step += 1) await model.trainOnBatch(x, x);
    expect(slots()).toHaveLength(SLOTS[name]!);
    let came = 0;
    for (let position = 1; position < 4; position += 1) {
      score.dispose();
      score = tensorOf(200 + position, [10, 10]);
      const before = await masks();
      const grown = await growth(async () => void (await pruning.pruner.update(position)));
      expect(grown).toEqual({ tensors: 0, bytes: 0 });
      const after = await masks();
      const back = after.flatMap((kept, i) => (kept && !before[i] ? [i] : []));
      came += back.length;
      for (const { fresh, own } of slots()) {
        const values = await own.data();
        const clean = Math.fround(fresh);
        expect(back.map((i) => values[i])).toEqual(back.map(() => clean));
        expect([...values].filter((value, i) => !after[i] && value !== clean)).toEqual([]);
        // What stays goes on with what it had.
        expect([...values].some((value, i) => after[i] && before[i] && value !== clean)).toBe(true);
      }
      for (let step = 0; step < 2; step += 1) await model.trainOnBatch(x, x);
    }
    expect(came).toBeGreaterThan(30);
    pruning.dispose();
    optimizer.dispose();
    model.dispose();
    tf.dispose([x, score]);
  });
});

describe('freshSlots', () => {
  it('clears what an optimizer of pruneOptimizer keeps of dropped weights, and leaves no tensor behind', async () => {
    await useBackend('cpu');
    const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
    const other = tf.variable(tf.tensor1d([1, 1]));
    const backend = tfjsBackend();
    const weights = [{ name: 'kernel', weight: kernel }];
    const pruner = createPruner({ backend, weights, schedule, regrow });
    const optimizer = pruneOptimizer(tf.train.adagrad(0.1, 0.25), pruner, { backend });
    freshSlots(optimizer, [kernel], { backend });
    optimizer.minimize(() => other.sum().mul(kernel.sum()).square() as tf.Scalar, false, [other, kernel]);
    await pruner.update(0);
    const [, slot] = slotsOf(optimizer)[0]!.variables;
    const before = [...(await slot!.data())];
    const grown = await growth(async () => freshSlots(optimizer, [kernel], { backend }));
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    const kept = flags((await pruner.masks())[0]!.bits, 4);
    expect(kept.filter(Boolean)).toHaveLength(2);
    expect([...(await slot!.data())]).toEqual(before.map((value, i) => (kept[i] ? value : 0.25)));
    tf.dispose([kernel, other]);
    pruner.dispose();
  });

  it.each([
    [{}, [], /needs an optimizer/],
    [{ applyGradients() {} }, [1], /a list of tf\.Variables/],
    [{ applyGradients() {} }, [], /backend to be a TfjsBackend/],
  ])('refuses %o and %o', (optimizer, weights, message) => {
    expect(() => freshSlots(optimizer as never, weights as never, { backend: {} as never })).toThrow(message);
  });
});
