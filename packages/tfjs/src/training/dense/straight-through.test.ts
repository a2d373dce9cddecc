import { type ChannelGroup, type NamedMask, unpackMemory } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  createMovingAverage,
  gradientScore,
  linearRamp,
  loadModel,
  type ModelPruning,
  movementScore,
  type PruneModelOptions,
  pruneModel,
  saveModel,
} from '../../index.js';
import { createMemory } from '../../testing/memory.js';
import { OPTIMIZERS, weightBits } from '../../testing/models.js';
import { createPerceptron, perceptronBatch, perceptronGradients } from '../../testing/perceptron.js';
import { BACKENDS, growth, useBackend } from '../../testing/use-backend.js';

const KERNELS = ['hidden/kernel', 'out/kernel'] as const;

const prune = (model: tf.LayersModel, options: Partial<PruneModelOptions> = {}) =>
  pruneModel(model, { schedule: constantSparsity(0.5), straightThrough: true, print: false, ...options });

async function step(model: tf.LayersModel, at: number): Promise<void> {
  const { x, y } = perceptronBatch(at);
  await model.trainOnBatch(x, y);
  tf.dispose([x, y]);
}

const flags = ({ shape, bits }: NamedMask): boolean[] =>
  Array.from({ length: shape[0]! * shape[1]! }, (_, i) => ((bits[i >> 3]! >> (i & 7)) & 1) === 1);

/** Weights under their masks, which elements the masks keep, and what the model's variables hold. */
async function lookAt(model: tf.LayersModel, pruning: ModelPruning) {
  const { dense } = await pruning.save();
  const masks = await pruning.masks();
  const of = (name: string) => [
    ...unpackMemory(dense!.find((one) => one.name === name)!.values, 1)[0]!.values,
  ];
  const held = await Promise.all(model.weights.map(async (weight) => [...(await weight.read().data())]));
  return {
    dense: Object.fromEntries(KERNELS.map((name) => [name, of(name)])),
    kept: Object.fromEntries(masks.map((mask) => [mask.name, flags(mask)])),
    held: Object.fromEntries(model.weights.map(({ originalName }, i) => [originalName, held[i]!])),
  };
}

const masked = ({ dense, kept }: Awaited<ReturnType<typeof lookAt>>) =>
  Object.fromEntries(
    KERNELS.map((name) => [name, dense[name]!.map((value, i) => (kept[name]![i] ? value : 0))]),
  );

/** Which elements stay when the `count` of least magnitude go. */
function largest(dense: Readonly<Record<string, readonly number[]>>, count: number) {
  const all = KERNELS.flatMap((name) => dense[name]!.map((value, i) => ({ value, at: `${name} ${i}` })));
  const gone = new Set(
    all
      .sort((a, b) => Math.abs(a.value) - Math.abs(b.value))
      .slice(0, count)
      .map(({ at }) => at),
  );
  return Object.fromEntries(
    KERNELS.map((name) => [name, dense[name]!.map((_, i) => !gone.has(`${name} ${i}`))]),
  );
}

function end(model: tf.LayersModel, ...prunings: ModelPruning[]): void {
  for (const pruning of prunings) pruning.dispose();
  model.optimizer.dispose();
  model.dispose();
}

describe.each(BACKENDS)('straightThrough on %s', (backend) => {
  beforeEach(() => useBackend(backend));

  it('learns dense weights by what masked ones give, and chooses anew at every update', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model, { every: 2 });
    let came = 0;
    let before = await lookAt(model, pruning);
    for (let at = 0; at < 8; at += 1) {
      if (at % 2 === 0) {
        await pruning.pruner.update(at);
        const now = await lookAt(model, pruning);
        expect(now.dense).toEqual(before.dense);
        expect(now.kept).toEqual(largest(before.dense, 36));
        came += KERNELS.flatMap((name) =>
          now.kept[name]!.filter((kept, i) => kept && !before.kept[name]![i]),
        ).length;
        before = now;
      }
      expect(before.held).toMatchObject(masked(before));
      const { x, y } = perceptronBatch(at);
      const gradients = perceptronGradients(
        model.weights.map(({ originalName }) => before.held[originalName]!),
        [...(await x.data())],
        [...(await y.data())],
      );
      tf.dispose([x, y]);
      await step(model, at);
      const after = await lookAt(model, pruning);
      expect(after.kept).toEqual(before.kept);
      for (const name of KERNELS) {
        for (const [i, value] of after.dense[name]!.entries()) {
          expect(value).toBeCloseTo(before.dense[name]![i]! - 0.5 * gradients[name][i]!, 5);
        }
      }
      before = after;
    }
    // Elements that were dropped have grown, and are back.
    expect(came).toBeGreaterThan(0);
    expect((await pruning.pruner.report()).notices).toEqual([]);
    const bits = await weightBits(model);
    expect(KERNELS.flatMap((name) => bits[name]!).filter((one) => one === 0x80000000)).toEqual([]);
    end(model, pruning);
  });

  it('goes on where it was saved, bit for bit as if it had never stopped', async () => {
    const run = async (interrupted: boolean) => {
      const options = { schedule: linearRamp({ from: 0.2, to: 0.6, start: 0, end: 6 }), every: 2 } as const;
      let model = createPerceptron(OPTIMIZERS.adam!());
      let pruning = prune(model, options);
      for (let at = 0; at < 8; at += 1) {
        if (interrupted && at === 5) {
          const memory = createMemory();
          await saveModel(model, pruning, memory.save, { includeOptimizer: true });
          end(model, pruning);
          const loaded = await loadModel(memory.load());
          model = loaded.model;
          pruning = prune(model, options);
          await pruning.restore(JSON.parse(JSON.stringify(loaded.saved)));
        }
        if (at % 2 === 0) await pruning.pruner.update(at);
        await step(model, at);
      }
      const result = [await weightBits(model), await pruning.save()];
      end(model, pruning);
      return result;
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it('names the call when there is nothing left to update', async () => {
    const model = createPerceptron(OPTIMIZERS.adam!());
    const { pruner, dispose } = prune(model);
    dispose();
    await expect(pruner.update(0)).rejects.toMatchObject({
      code: 'disposed',
      message: expect.stringMatching(/^update needs a live pruner/),
    });
    model.dispose();
  });

  it('leaks nothing, neither in steps and updates nor when it is over', async () => {
    const model = createPerceptron(OPTIMIZERS.adam!());
    await step(model, 0);
    const grown = await growth(async () => {
      const pruning = prune(model, { score: movementScore() });
      await pruning.pruner.update(0).catch(() => {});
      await pruning.pruner.restore(await pruning.masks());
      await pruning.pruner.update(0).catch(() => {});
      pruning.dispose();
      const plain = prune(model);
      await plain.pruner.update(0);
      await step(model, 1);
      const during = await growth(async () => {
        await step(model, 2);
        await plain.pruner.update(1);
        await plain.restore(await plain.save());
        await plain.pruner.report();
        await step(model, 3);
      });
      expect(during).toEqual({ tensors: 0, bytes: 0 });
      plain.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    end(model);
  });
});

describe('straightThrough', () => {
  beforeEach(() => useBackend('wasm'));

  it('trains in fit by its callback, and validates what is masked', async () => {
    const model = createPerceptron(OPTIMIZERS.adam!());
    const pruning = prune(model, { distribution: 'uniform' });
    const kernel = model.getLayer('hidden').getWeights()[0]!;
    const zeros = () => tf.tidy(() => kernel.equal(0).cast('float32').sum() as tf.Scalar);
    model.compile({ optimizer: OPTIMIZERS.adam!(), loss: 'meanSquaredError', metrics: [zeros] });
    const { x, y } = perceptronBatch(0);
    const { history } = await model.fit(x, y, {
      epochs: 3,
      verbose: 0,
      validationData: [x, y],
      callbacks: pruning.callback,
    });
    const seen = Object.entries(history).find(([key]) => key.startsWith('val_') && key !== 'val_loss')!;
    expect(seen[1]).toEqual([24, 24, 24]);
    tf.dispose([x, y]);
    end(model, pruning);
  });

  it('counts what is written between steps where it is kept, and leaves the rest as it learned', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model);
    await pruning.pruner.update(0);
    await step(model, 0);
    const before = await lookAt(model, pruning);
    tf.tidy(() => model.setWeights(model.getWeights().map((weight) => tf.fill(weight.shape, 7))));
    await pruning.pruner.enforce();
    const after = await lookAt(model, pruning);
    for (const name of KERNELS) {
      expect(after.dense[name]).toEqual(
        before.dense[name]!.map((value, i) => (before.kept[name]![i] ? 7 : value)),
      );
      expect(after.held[name]).toEqual(before.kept[name]!.map((kept) => (kept ? 7 : 0)));
    }
    end(model, pruning);
  });

  it('takes no part of a step that throws', async () => {
    const model = createPerceptron(OPTIMIZERS.adam!());
    const pruning = prune(model);
    await pruning.pruner.update(0);
    await step(model, 0);
    const { optimizer } = model;
    const momentsOf = async () => {
      const [count, ...slots] = await optimizer.getWeights();
      const values = await Promise.all(
        [count!, ...slots].map(async ({ tensor }) => [...(await tensor.data())]),
      );
      count!.tensor.dispose();
      return values;
    };
    const before = [await lookAt(model, pruning), await momentsOf(), pruning.steps()];
    // The optimizer itself refuses a gradient of another shape.
    const { grads } = optimizer.computeGradients(() =>
      tf.tidy(() => (model.predict(tf.ones([1, 6])) as tf.Tensor).sum() as tf.Scalar),
    );
    const wrong = { ...grads, [Object.keys(grads)[0]!]: tf.ones([2, 2]) };
    expect(() => optimizer.applyGradients(wrong)).toThrow();
    tf.dispose([grads, wrong]);
    expect([await lookAt(model, pruning), await momentsOf(), pruning.steps()]).toEqual(before);
    end(model, pruning);
  });

  it('takes no step while an update looks at dense weights', async () => {
    await useBackend('late');
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model);
    await pruning.pruner.update(0);
    await step(model, 0);
    const before = await lookAt(model, pruning);
    const { optimizer } = model;
    const { grads } = optimizer.computeGradients(() =>
      tf.tidy(() => (model.predict(tf.ones([1, 6])) as tf.Tensor).sum() as tf.Scalar),
    );
    const pending = pruning.pruner.update(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(() => optimizer.applyGradients(grads)).toThrow(expect.objectContaining({ code: 'busy' }));
    await pending;
    tf.dispose(grads);
    const after = await lookAt(model, pruning);
    expect(after.dense).toEqual(before.dense);
    expect(after.held).toMatchObject(masked(after));
    end(model, pruning);
  });

  it('has masks and weights from before when an update fails', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model, { schedule: (position) => (position < 1 ? 0.5 : 0.9), floor: 0.2 });
    await pruning.pruner.update(0);
    await step(model, 0);
    const before = [await lookAt(model, pruning), await pruning.save()];
    await expect(pruning.pruner.update(1)).rejects.toMatchObject({ code: 'floor-conflict' });
    expect([await lookAt(model, pruning), await pruning.save()]).toEqual(before);
    await Promise.allSettled([pruning.pruner.update(0), pruning.pruner.update(0)]);
    expect((await lookAt(model, pruning)).held).toMatchObject(masked(await lookAt(model, pruning)));
    end(model, pruning);
  });

  it.each(Object.keys(OPTIMIZERS))(
    'moves dense weights by %s as plain training moves weights',
    async (name) => {
      // Nothing is dropped: then the two are one.
      const [plain, straight] = [
        createPerceptron(OPTIMIZERS[name]!()),
        createPerceptron(OPTIMIZERS[name]!()),
      ];
      const pruning = prune(straight, { schedule: constantSparsity(0) });
      await pruning.pruner.update(0);
      for (let at = 0; at < 3; at += 1) for (const model of [plain, straight]) await step(model, at);
      expect(await weightBits(straight)).toEqual(await weightBits(plain));
      end(plain);
      end(straight, pruning);
    },
  );

  it('keeps what is frozen for the day it comes back', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model);
    await pruning.pruner.update(0);
    await step(model, 0);
    const before = await lookAt(model, pruning);
    const out = model.getLayer('out');
    const compile = () => model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
    out.trainable = false;
    model.optimizer.dispose();
    compile();
    await step(model, 1);
    expect((await lookAt(model, pruning)).dense['out/kernel']).toEqual(before.dense['out/kernel']);
    const held = await Promise.resolve(out.getWeights()[0]!.data());
    expect([...held]).toEqual(before.held['out/kernel']);
    // And over a save and a restore.
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    end(model, pruning);
    const loaded = await loadModel(memory.load());
    loaded.model.getLayer('out').trainable = false;
    loaded.model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
    const next = prune(loaded.model);
    await next.restore(loaded.saved);
    expect((await next.save()).dense!.map(({ name }) => name)).toEqual([...KERNELS]);
    loaded.model.getLayer('out').trainable = true;
    loaded.model.optimizer.dispose();
    loaded.model.compile({ optimizer: tf.train.sgd(0.5), loss: 'meanSquaredError' });
    await step(loaded.model, 2);
    expect((await next.masks()).map(({ name }) => name)).toEqual([...KERNELS]);
    end(loaded.model, next);
  });

  it('chooses channels of groups with their biases, which learn on too', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const channels = Array.from({ length: 8 }, (_, channel) => channel);
    const groups: ChannelGroup[] = [
      {
        name: 'hidden',
        channels: 8,
        members: [
          { tensor: 'hidden/kernel', axis: 1, side: 'makes', channels },
          { tensor: 'hidden/bias', axis: 0, side: 'along', channels },
          { tensor: 'out/kernel', axis: 0, side: 'reads', channels },
        ],
      },
    ];
    const pruning = prune(model, { pattern: { kind: 'channel', groups } });
    await pruning.pruner.update(0);
    await step(model, 0);
    const bias = (await model.getLayer('hidden').getWeights()[1]!.data()) as Float32Array;
    expect([...bias].filter((value) => value === 0)).toHaveLength(4);
    const { dense } = await pruning.save();
    const learned = unpackMemory(dense!.find(({ name }) => name === 'hidden/bias')!.values, 1)[0]!.values;
    expect([...learned].filter((value) => value === 0)).toEqual([]);
    end(model, pruning);
  });

  it.each([
    { pattern: { kind: 'block', shape: [2, 1] } },
    { pattern: { kind: 'n:m', keep: 1, of: 2, axis: 0 } },
    { score: movementScore(), schedule: linearRamp({ from: 0, to: 0.5, start: 0, end: 1 }) },
    { distribution: 'erk' },
    { rule: 'published' },
  ] as Partial<PruneModelOptions>[])('goes with %o', async (options) => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model, options);
    for (let at = 0; at < 4; at += 1) {
      await pruning.pruner.update(at);
      const now = await lookAt(model, pruning);
      expect(now.held).toMatchObject(masked(now));
      await step(model, at);
    }
    expect((await pruning.pruner.report()).total.sparsity).toBeCloseTo(0.5, 1);
    end(model, pruning);
  });

  it('is averaged as it learns, and what the average shows is masked', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const pruning = prune(model);
    await pruning.pruner.update(0);
    const average = createMovingAverage(pruning, { decay: 0 });
    await step(model, 0);
    average.update();
    const before = await lookAt(model, pruning);
    average.swapIn();
    expect((await lookAt(model, pruning)).held).toMatchObject(masked(before));
    average.swapOut();
    // What comes back has been averaged too.
    const all = (await pruning.masks()).map(({ name, bits }) => ({ name, bits: bits.map(() => 255) }));
    await pruning.pruner.restore(all);
    average.swapIn();
    expect((await lookAt(model, pruning)).held).toMatchObject(before.dense);
    average.dispose();
    end(model, pruning);
  });

  it('lets go of weights when it is detached', async () => {
    const model = createPerceptron(OPTIMIZERS.momentum!());
    const pruning = prune(model);
    await pruning.pruner.update(0);
    pruning.detach();
    const next = prune(model, { straightThrough: false, keepZeros: true });
    await next.pruner.update(0);
    await step(model, 0);
    const bits = await weightBits(model);
    expect(KERNELS.flatMap((name) => bits[name]!).filter((one) => one === 0)).toHaveLength(36);
    const [count, ...slots] = await model.optimizer.getWeights();
    count!.tensor.dispose();
    const kernels = slots.filter(({ tensor }) => tensor.shape.length > 1);
    for (const [i, { tensor }] of kernels.entries()) {
      const moments = await tensor.data();
      expect(bits[KERNELS[i]!]!.filter((one, at) => one === 0 && moments[at] !== 0)).toEqual([]);
    }
    end(model, pruning, next);
  });

  it('refuses what makes no sense with it, before anything changes', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const { numTensors } = tf.memory();
    for (const [more, message] of [
      [
        { regrow: { by: gradientScore(), fraction: 0.1 } },
        'pruneModel with straightThrough does not take regrow',
      ],
      [{ keepZeros: true }, 'pruneModel with straightThrough does not take keepZeros'],
      [{ straightThrough: 1 as never }, 'straightThrough'],
    ] as const) {
      expect(() => prune(model, more)).toThrow(TypeError);
      expect(() => prune(model, more)).toThrow(message);
    }
    expect(() => prune(model, { floor: 7 })).toThrow();
    expect(tf.memory().numTensors).toBe(numTensors);
    expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(false);
    end(model);
  });

  it('refuses progress of a pruning without it, and damaged values, before anything changes', async () => {
    const model = createPerceptron(tf.train.sgd(0.5));
    const plain = prune(model, { straightThrough: false });
    await plain.pruner.update(0);
    const without = await plain.save();
    plain.dispose();
    const pruning = prune(model, { schedule: constantSparsity(0.25) });
    await pruning.pruner.update(0);
    const before = await pruning.save();
    const [first, ...others] = before.dense!;
    for (const [saved, code] of [
      [without, 'state-mismatch'],
      [{ ...before, dense: others }, 'state-mismatch'],
      [{ ...before, dense: [{ ...first!, name: 'other/kernel' }, ...others] }, 'state-mismatch'],
      [{ ...before, dense: [{ ...first!, shape: [8, 6] }, ...others] }, 'state-mismatch'],
      [{ ...before, dense: [{ ...first!, values: others[0]!.values }, ...others] }, 'state-corrupt'],
      [{ ...before, dense: [{ ...first!, values: '!' }, ...others] }, 'state-corrupt'],
      [{ ...before, dense: [null, ...others] }, 'state-corrupt'],
      [{ ...before, dense: 'dense' }, 'state-corrupt'],
    ] as const) {
      await expect(pruning.restore(saved as never)).rejects.toMatchObject({ code });
      expect(await pruning.save()).toEqual(before);
    }
    pruning.dispose();
    const again = prune(model, { straightThrough: false });
    await expect(again.restore(before)).rejects.toMatchObject({ code: 'state-mismatch' });
    end(model, again);
  });
});
