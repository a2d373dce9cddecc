import { createPruner } from '@synaprune/core';
import { requireAgreement, updateAnew } from '@synaprune/core/methods';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  createScoreObserver,
  gradientScore,
  pruneOptimizer,
  tfjsBackend,
} from '../../index.js';
import { createLoop, lookAt } from '../../testing/dense-loop.js';
import { createPerceptron } from '../../testing/perceptron.js';
import { useBackend } from '../../testing/use-backend.js';

describe('pruneOptimizer with straightThrough', () => {
  beforeEach(() => useBackend('wasm'));

  it('has a digest of what learns on too, by which replicas tell each other apart', async () => {
    const [one, other] = [createLoop(), createLoop()];
    for (const loop of [one, other]) await loop.pruner.update(0);
    const replicas = async () => ({ a: await one.pruner.save(), b: await other.pruner.digest() });
    requireAgreement(await replicas());
    one.step(0);
    // The masks are the same as before.
    await expect(replicas().then(requireAgreement)).rejects.toMatchObject({ code: 'replica-mismatch' });
    const states = { a: await one.pruner.save(), b: await other.pruner.save() };
    expect(() => requireAgreement(states)).toThrow(
      'at update 0, "b" differs from "a": the values under its masks are other',
    );
    other.step(0);
    requireAgreement(await replicas());
    for (const loop of [one, other]) loop.dispose();
  });

  it('goes on elsewhere with the same masks, on another backend of tfjs', async () => {
    const loop = createLoop();
    await loop.pruner.update(0);
    loop.step(0);
    const [state, values] = [JSON.stringify(await loop.pruner.save()), await loop.held()];
    await loop.pruner.update(1);
    const { kept, dense } = await lookAt(loop);
    loop.dispose();
    await useBackend('cpu');
    const next = createLoop();
    next.write(values);
    await next.pruner.restore(JSON.parse(state));
    await next.pruner.update(1);
    expect(await lookAt(next)).toMatchObject({ kept, dense });
    next.dispose();
  });

  it('refuses what makes no sense with it, before anything changes', () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const weight = model.weights[0]!.read() as tf.Variable;
    const backend = tfjsBackend();
    const options = { backend, weights: [{ name: 'kernel', weight }], schedule: constantSparsity(0.5) };
    const observer = createScoreObserver({ score: gradientScore(), weights: options.weights });
    const inner = tf.train.sgd(0.5);
    for (const [more, given, message] of [
      [{ regrow: { by: observer, fraction: 0.1 } }, { backend }, 'straightThrough does not take regrow'],
      [{ keepZeros: true }, { backend }, 'straightThrough does not take keepZeros'],
      [{}, {}, 'needs backend'],
      [{}, { backend: tfjsBackend() }, "needs backend to be the pruner's own"],
      [{}, { backend, straightThrough: 1 as never }, 'straightThrough'],
    ] as const) {
      const pruner = createPruner({ ...options, ...more });
      const { update } = pruner;
      const { numTensors } = tf.memory();
      const wrap = () => pruneOptimizer(inner, pruner, { straightThrough: true, ...given });
      expect(wrap).toThrow(TypeError);
      expect(wrap).toThrow(message);
      expect(tf.memory().numTensors).toBe(numTensors);
      expect(pruner.update).toBe(update);
      pruner.dispose();
    }
    const [one, other] = [createPruner(options), createPruner(options)];
    expect(() => pruneOptimizer(inner, one, { backend, straightThrough: true })).toThrow(
      expect.objectContaining({ code: 'already-pruned' }),
    );
    const copy = { ...one };
    other.dispose();
    expect(() => pruneOptimizer(inner, copy, { backend, straightThrough: true })).toThrow(
      /needs a pruner as createPruner returned it/,
    );
    one.dispose();
    observer.dispose();
    model.dispose();
  });

  it('refuses states without it and damaged values, and is refused without it, before anything changes', async () => {
    const plain = createLoop(undefined, {}, false);
    await plain.pruner.update(0);
    const without = await plain.pruner.save();
    const loop = createLoop();
    await loop.pruner.update(0);
    loop.step(0);
    const before = await loop.pruner.save();
    const { dense, ...rest } = before;
    const hostile = Object.defineProperty({}, 'dense', {
      enumerable: true,
      get() {
        throw new Error('no');
      },
    });
    for (const [state, code] of [
      [without, 'state-mismatch'],
      [rest, 'state-mismatch'],
      [{ ...before, regrow: undefined }, 'state-corrupt'],
      [{ ...before, dense: 1 }, 'state-corrupt'],
      [{ ...before, dense: '!' }, 'state-corrupt'],
      [{ ...before, dense: dense!.slice(0, -8) }, 'state-corrupt'],
      [{ ...before, target: 0.25 }, 'state-corrupt'],
      [{ ...before, rule: 'published' }, 'state-mismatch'],
      [hostile, 'state-corrupt'],
      [null, 'state-corrupt'],
      ['state', 'state-corrupt'],
    ] as const) {
      await expect(loop.pruner.restore(state)).rejects.toMatchObject({ code });
      expect(await loop.pruner.save()).toEqual(before);
    }
    await expect(plain.pruner.restore(before)).rejects.toMatchObject({
      code: 'state-mismatch',
      message: expect.stringContaining(
        'this pruner has regrow "none", the state was saved with {"kind":"straightThrough"}',
      ),
    });
    plain.dispose();
    loop.dispose();
    await expect(loop.pruner.update(0)).rejects.toMatchObject({ code: 'disposed' });
    await expect(updateAnew(loop.pruner, 0)).rejects.toMatchObject({ code: 'disposed' });
    await expect(loop.pruner.save()).rejects.toMatchObject({ code: 'disposed' });
    loop.pruner.dispose();
  });
});
