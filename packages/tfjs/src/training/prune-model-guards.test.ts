import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { constantSparsity, pruneModel } from '../index.js';
import { createForecaster, weightBits } from '../testing/models.js';
import { growth, useBackend } from '../testing/use-backend.js';
import { useForecaster } from '../testing/use-forecaster.js';

const quiet = { verbose: 0, shuffle: false, batchSize: 8 } as const;

const trial = useForecaster();
const { setUp, compile, zeros, prune } = trial;

describe('pruneModel', () => {
  beforeEach(() => setUp('wasm'));

  it('refuses to train when the callback was forgotten', async () => {
    compile();
    prune();
    await expect(trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1 })).rejects.toThrow(
      /callbacks: pruning\.callback/,
    );
  });

  it('gives everything back when detached and disposed of', async () => {
    compile();
    const { x, y } = trial.samples;
    await trial.model.trainOnBatch(x, y);
    const grown = await growth(async () => {
      const { callback, detach, dispose } = prune();
      await trial.model.fit(x, y, { ...quiet, epochs: 1, callbacks: callback });
      detach();
      detach();
      expect(Object.hasOwn(trial.model.optimizer, 'applyGradients')).toBe(false);
      expect(Object.hasOwn(trial.model, 'compile')).toBe(false);
      await trial.model.trainOnBatch(x, y);
      expect(await zeros()).toBe(0);
      dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });

  it('needs a compiled model and sensible options', () => {
    expect(() => prune()).toThrow(expect.objectContaining({ code: 'no-optimizer' }));
    compile();
    for (const every of [0, 1.5, -1, 'step' as 'batch']) expect(() => prune({ every })).toThrow(TypeError);
    expect(() => prune({ select: { exclude: [/./] } })).toThrow(
      expect.objectContaining({ code: 'no-weights' }),
    );
    expect(() => prune({ select: { minElements: 10_000 } })).toThrow(
      /select leaves out ".*kernel \(fewer than 10000 elements\)"/,
    );
    expect(Object.hasOwn(trial.model.optimizer, 'applyGradients')).toBe(false);
  });

  it.each([
    [
      'no weights',
      () => tf.layers.flatten({ inputShape: [3, 2] }),
      /model \S+ trains .*: it has no weights$/,
    ],
    [
      'weights of other kinds alone',
      () => tf.layers.batchNormalization({ name: 'norm', inputShape: [3] }),
      /no weight of it is one by itself: "norm\/gamma \(normalisation\)", .*; select\.include names what/,
    ],
  ])('says why there is nothing to prune in a model of %s', (_, layer, words) => {
    const model = tf.sequential({ layers: [layer()] });
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    expect(() => pruneModel(model, { schedule: constantSparsity(0.5) })).toThrow(words);
    model.dispose();
  });

  it('prints its choice once', () => {
    compile();
    const lines: string[] = [];
    prune({ print: (text) => void lines.push(text) });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('pruning 4 of 7 weights, 439 of 479 elements');
  });

  it('refuses to go on by its callback once detached', async () => {
    compile();
    const { callback, detach, pruner } = prune();
    await trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1, callbacks: callback });
    const before = (await pruner.report()).position;
    detach();
    await expect(
      trial.model.fit(trial.samples.x, trial.samples.y, {
        ...quiet,
        initialEpoch: 1,
        epochs: 2,
        callbacks: callback,
      }),
    ).rejects.toThrow(/detached/);
    expect((await pruner.report()).position).toBe(before);
  });

  it('refuses the next update when detached in the middle of a fit', async () => {
    compile();
    const { callback, detach } = prune();
    const plain = { onEpochEnd: () => detach() };
    await expect(
      trial.model.fit(trial.samples.x, trial.samples.y, {
        ...quiet,
        epochs: 2,
        callbacks: [callback, plain],
      }),
    ).rejects.toThrow(/detached/);
  });

  it('refuses the fit of another model, plain or among callbacks of tfjs', async () => {
    compile();
    const { callback, pruner } = prune();
    const other = createForecaster();
    other.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const stopping = tf.callbacks.earlyStopping({ monitor: 'loss' });
    for (const callbacks of [callback, [stopping, callback] as never]) {
      await expect(
        other.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1, callbacks }),
      ).rejects.toThrow(/the fit of another/);
    }
    expect((await pruner.report()).position).toBeNull();
    other.dispose();
  });

  it('leaves nothing behind when it fails to print', async () => {
    compile();
    const { x, y } = trial.samples;
    await trial.model.trainOnBatch(x, y);
    const broken = () => {
      throw new Error('disk full');
    };
    const grown = await growth(async () => {
      expect(() => prune({ print: broken })).toThrow('disk full');
      for (const print of [true, 'log', null])
        expect(() => prune({ print: print as never })).toThrow(/print/);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(Object.hasOwn(trial.model.optimizer, 'applyGradients')).toBe(false);
    expect(Object.hasOwn(trial.model, 'compile')).toBe(false);
    await trial.model.trainOnBatch(x, y);
  });

  it('knows its options, and lists them', () => {
    compile();
    for (const wrong of [{ device: 1 }, { weights: [] }, { schedul: 1 }]) {
      expect(() => prune(wrong as never)).toThrow(
        /^pruneModel has no option "\w+"(; it takes|; did you mean "schedule"\? It takes) schedule, .*, every, straightThrough, backend, print$/,
      );
    }
    expect(() => prune({ include: /kernel/ } as never)).toThrow(
      /no option "include": it is select: \{ include \}/,
    );
    expect(() => prune({ scope: 'per-weight' } as never)).toThrow(
      /it is distribution: 'global' or 'uniform'/,
    );
    expect(() => pruneModel(trial.model, undefined as never)).toThrow(/object of options/);
    expect(() => prune({ backend: 'webgpu' as never })).toThrow(/a TfjsBackend, got "webgpu"/);
  });

  it.each([[[0, 1]], [[1, 0]]])('lets two prunings go in the order %j, and nothing stays', async (order) => {
    compile();
    const { x, y } = trial.samples;
    const both = [
      prune({ select: { include: ['out/kernel'] } }),
      prune({ select: { include: ['hidden/kernel'] } }),
    ] as const;
    await trial.model.fit(x, y, {
      ...quiet,
      epochs: 1,
      callbacks: both.map(({ callback }) => callback) as never,
    });
    expect(both.map(({ steps }) => steps())).toEqual([3, 3]);
    both[order[0]!]!.detach();
    await trial.model.trainOnBatch(x, y);
    expect(both[order[0]!]!.steps()).toBe(3);
    expect(both[order[1]!]!.steps()).toBe(4);
    both[order[1]!]!.detach();
    expect(Object.hasOwn(trial.model.optimizer, 'applyGradients')).toBe(false);
    expect(Object.hasOwn(trial.model, 'compile')).toBe(false);
    for (const one of both) one.dispose();
  });

  it('tells of a second pruning whose callback was forgotten', async () => {
    compile();
    const first = prune({ select: { include: ['out/kernel'] } });
    prune({ select: { include: ['hidden/kernel'] } });
    await expect(
      trial.model.fit(trial.samples.x, trial.samples.y, { ...quiet, epochs: 1, callbacks: first.callback }),
    ).rejects.toThrow(/several prunings needs the callback of each/);
    first.dispose();
  });

  it('guards against a forgotten callback after resuming what was never updated', async () => {
    compile();
    const { save, restore, pruner } = prune();
    const fresh = await save();
    await pruner.update(0);
    const begun = await save();
    await restore(fresh);
    await expect(trial.model.trainOnBatch(trial.samples.x, trial.samples.y)).rejects.toThrow(/ever updated/);
    await restore(begun);
    await trial.model.trainOnBatch(trial.samples.x, trial.samples.y);
  });

  it('refuses a step before the optimizer has changed anything', async () => {
    compile();
    const { x, y } = trial.samples;
    const { pruner, steps } = prune();
    const unchanged = async (refusal: () => Promise<void>) => {
      const [weights, { iterations }] = [await weightBits(trial.model), trial.model.optimizer];
      await refusal();
      expect(await weightBits(trial.model)).toEqual(weights);
      expect(trial.model.optimizer.iterations).toBe(iterations);
    };
    await unchanged(() => expect(trial.model.trainOnBatch(x, y)).rejects.toThrow(/ever updated/));
    await pruner.update(0);
    await trial.model.trainOnBatch(x, y);
    await unchanged(async () => {
      const restoring = pruner.restore(await pruner.save());
      await expect(trial.model.trainOnBatch(x, y)).rejects.toMatchObject({ code: 'busy' });
      await restoring;
    });
    await unchanged(async () => {
      await useBackend('cpu');
      await expect(trial.model.trainOnBatch(x, y)).rejects.toMatchObject({ code: 'unsupported' });
      await useBackend('wasm');
    });
    expect(steps()).toBe(1);
  });
});
