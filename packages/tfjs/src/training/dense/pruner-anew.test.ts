import { createPruner, type PrunerOptions, unpackMemory } from '@synaprune/core';
import { requireAgreement, updateAnew } from '@synaprune/core/methods';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import type { TfjsMask } from '../../backend/mask.js';
import {
  constantSparsity,
  createMovingAverage,
  createScoreObserver,
  gradientScore,
  linearRamp,
  movementScore,
  type PruneModelOptions,
  pruneModel,
  pruneOptimizer,
  tfjsBackend,
} from '../../index.js';
import { OPTIMIZERS } from '../../testing/models.js';
import { createPerceptron, perceptronBatch, perceptronGradients } from '../../testing/perceptron.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';

const KERNELS = ['hidden/kernel', 'out/kernel'] as const;

type Told = Partial<PrunerOptions<tf.Variable, TfjsMask>>;

/** A loop of one's own over the variables of a small model, whose masks are chosen anew. */
function createLoop(
  make: () => tf.Optimizer = () => tf.train.sgd(0.5),
  told: Told = {},
  straightThrough = true,
) {
  const model = createPerceptron(tf.train.sgd(1));
  const variables = model.weights.map((weight) => weight.read() as tf.Variable);
  const kernels = [variables[0]!, variables[2]!];
  const backend = tfjsBackend();
  const weights = kernels.map((weight, i) => ({ name: KERNELS[i]!, weight }));
  const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5), ...told });
  const inner = make();
  const optimizer = pruneOptimizer(inner, pruner, { backend, straightThrough });
  const step = (at: number): void => {
    const { x, y } = perceptronBatch(at);
    optimizer.minimize(() => tf.losses.meanSquaredError(y, model.apply(x) as tf.Tensor));
    tf.dispose([x, y]);
  };
  const held = () => Promise.all(variables.map(async (weight) => [...(await weight.data())]));
  const write = (values: readonly (readonly number[])[]): void => {
    tf.tidy(() => {
      for (const [i, weight] of variables.entries()) weight.assign(tf.tensor([...values[i]!], weight.shape));
    });
  };
  const dispose = () => {
    pruner.dispose();
    optimizer.dispose();
    model.optimizer.dispose();
    model.dispose();
  };
  return {
    model,
    variables,
    kernels,
    weights,
    backend,
    pruner,
    inner,
    optimizer,
    step,
    held,
    write,
    dispose,
  };
}

type Loop = ReturnType<typeof createLoop>;

async function lookAt({ pruner, held }: Loop) {
  const { dense } = await pruner.save();
  const values = unpackMemory(dense!, 2).map((one) => [...one.values]);
  const kept = (await pruner.masks()).map(({ bits, shape }) =>
    Array.from({ length: shape[0]! * shape[1]! }, (_, i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 1),
  );
  return { dense: values, kept, held: await held() };
}

const masked = ({ dense, kept }: Awaited<ReturnType<typeof lookAt>>) =>
  dense.map((values, w) => values.map((value, i) => (kept[w]![i] ? value : 0)));

const kernelsOf = ({ held }: Awaited<ReturnType<typeof lookAt>>) => [held[0], held[2]];

/** Which elements stay when the `count` of least magnitude go. */
function largest(dense: readonly (readonly number[])[], count: number): boolean[][] {
  const all = dense.flatMap((values, w) => values.map((value, i) => ({ size: Math.abs(value), w, i })));
  const kept = dense.map((values) => values.map(() => true));
  for (const { w, i } of all.sort((a, b) => a.size - b.size).slice(0, count)) kept[w]![i] = false;
  return kept;
}

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
      const told: Told = { schedule: linearRamp({ from: 0.2, to: 0.6, start: 0, end: 6 }) };
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
  ] as Told[])('goes with %o, as pruneModel does', async ({ score, ...told }) => {
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

describe('pruneOptimizer', () => {
  it('shows every step to each observer of a list', async () => {
    await useBackend('cpu');
    const kernel = tf.variable(tf.tensor1d([4, -1, 2, -3]));
    const weights = [{ name: 'kernel', weight: kernel }];
    const backend = tfjsBackend();
    const score = createScoreObserver({ score: movementScore(), weights });
    const by = createScoreObserver({ score: gradientScore(), weights });
    const schedule = constantSparsity(0.5);
    const pruner = createPruner({ backend, weights, schedule, score, regrow: { by, fraction: 0.5 } });
    const optimizer = pruneOptimizer(tf.train.sgd(0.1), pruner, { backend, observer: [score, by] });
    const { remembered: none } = await pruner.save();
    optimizer.minimize(() =>
      kernel
        .sub(tf.tensor1d([0, -5, 5, 0]))
        .square()
        .sum(),
    );
    const { remembered } = await pruner.save();
    expect([none, Object.keys(remembered!)]).toEqual([undefined, ['score', 'regrow']]);
    // The gradients of (w − target)² are 2 (w − target).
    expect([...unpackMemory(remembered!.regrow!, 1)[0]!.values]).toEqual([8, 8, -6, -6]);
    expect(() => pruneOptimizer(tf.train.sgd(1), pruner, { observer: [score, {} as never] })).toThrow(
      /needs observer to be what createScoreObserver returns, or a list of such/,
    );
    pruner.dispose();
    optimizer.dispose();
    score.dispose();
    by.dispose();
    kernel.dispose();
  });
});
