import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  type ModelPruning,
  type PruneModelOptions,
  pruneModel,
  synapticRamp,
  tensorScore,
  tfjsBackend,
} from '../index.js';
import { createForecaster, createSamples, OPTIMIZERS, weightBits } from '../testing/models.js';
import { BACKENDS, growth, useBackend } from '../testing/use-backend.js';

const KERNELS = ['lstm/kernel', 'lstm/recurrent_kernel', 'hidden/kernel', 'out/kernel'];
const ELEMENTS = 4 * 32 + 8 * 32 + 8 * 5 + 5 * 3;
const quiet = { verbose: 0, shuffle: false, batchSize: 8 } as const;

let model: tf.LayersModel;
let samples: ReturnType<typeof createSamples>;
let pruning: ModelPruning | undefined;

const compile = (optimizer: tf.Optimizer | string = OPTIMIZERS.adam!()) =>
  model.compile({ optimizer, loss: 'meanSquaredError' });
const zeros = async () => {
  const bits = await weightBits(model);
  return KERNELS.flatMap((name) => bits[name]!).filter((value) => value === 0).length;
};
const minusZeros = async () =>
  Object.values(await weightBits(model))
    .flat()
    .filter((value) => value === 0x80000000).length;
const prune = (options: Partial<Parameters<typeof pruneModel>[1]> = {}) => {
  pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false, ...options });
  return pruning;
};
const positions = () => {
  const seen: number[] = [];
  const schedule = (position: number) => {
    seen.push(position);
    return 0.25;
  };
  return { seen, schedule };
};

async function setUp(backend: (typeof BACKENDS)[number]): Promise<void> {
  await useBackend(backend);
  model = createForecaster();
  samples = createSamples();
}

afterEach(() => {
  pruning?.dispose();
  pruning = undefined;
  model.optimizer?.dispose();
  model.dispose();
  tf.dispose([samples.x, samples.y]);
});

describe.each(BACKENDS)('pruneModel on %s', (backend) => {
  beforeEach(() => setUp(backend));

  it('prunes a model in fit by a callback alone, along its schedule, and leaks nothing', async () => {
    compile();
    const { callback, pruner } = prune({ schedule: synapticRamp({ from: 0.2, to: 0.8, start: 1, end: 3 }) });
    const { x, y } = samples;
    await model.fit(x, y, { ...quiet, epochs: 2, callbacks: callback });
    expect(await zeros()).toBe(Math.floor(0.2 * ELEMENTS));
    // The optimizer's moments are there by now.
    const grown = await growth(async () => {
      await model.fit(x, y, { ...quiet, initialEpoch: 2, epochs: 4, callbacks: [callback] });
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(await zeros()).toBe(Math.floor(0.8 * ELEMENTS));
    expect((await pruner.report()).total).toMatchObject({ elements: ELEMENTS, dropped: 351 });
  });

  it.each(Object.keys(OPTIMIZERS))('keeps dropped weights at +0 after every step of %s', async (name) => {
    compile(OPTIMIZERS[name]!());
    const { x, y } = samples;
    // Moments from before the first update would go on moving dropped weights.
    for (let step = 0; step < 3; step += 1) await model.trainOnBatch(x, y);
    const { pruner } = prune({ schedule: (position) => position / 10 });
    for (const position of [3, 6]) {
      await pruner.update(position);
      for (let step = 0; step < 4; step += 1) {
        await model.trainOnBatch(x, y);
        expect(await zeros()).toBe(Math.floor((position / 10) * ELEMENTS));
        expect(await minusZeros()).toBe(0);
      }
    }
  });
});

describe('pruneModel', () => {
  beforeEach(() => setUp('wasm'));

  it('keeps dropped weights at +0 through 320 steps of Adam', async () => {
    compile();
    const { pruner } = prune({ schedule: constantSparsity(0.7) });
    await pruner.update(0);
    for (let step = 0; step < 320; step += 1) {
      await model.trainOnBatch(samples.x, samples.y);
      expect(await zeros()).toBe(Math.floor(0.7 * ELEMENTS));
    }
    expect(await minusZeros()).toBe(0);
  });

  it('keeps the moments of dropped weights clean', async () => {
    compile();
    await prune().pruner.update(0);
    for (let step = 0; step < 3; step += 1) await model.trainOnBatch(samples.x, samples.y);
    const weights = await model.optimizer.getWeights();
    const dropped = (await weightBits(model))['lstm/kernel']!.map((bits) => bits === 0);
    const moments = weights.filter(({ name }) => /^lstm\/kernel(_\d+)?\/[mv]$/.test(name));
    expect(moments).toHaveLength(2);
    for (const { tensor } of moments) {
      expect([...tensor.dataSync()].map((value) => value === 0)).toEqual(dropped);
    }
    weights[0]!.tensor.dispose();
  });

  it('shows validation inside fit the pruned weights', async () => {
    const kernel = model.getLayer('hidden').getWeights()[0]!;
    const zerosSeen = () => tf.tidy(() => kernel.equal(0).cast('float32').sum() as tf.Scalar);
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: [zerosSeen] });
    const { callback } = prune({ distribution: 'uniform' });
    const { history } = await model.fit(samples.x, samples.y, {
      ...quiet,
      epochs: 2,
      validationSplit: 0.25,
      callbacks: callback,
    });
    const validation = Object.entries(history).find(([key]) => key.startsWith('val_') && key !== 'val_loss')!;
    expect(validation[1]).toEqual([20, 20]);
  });

  it('goes on counting epochs over fits, from where initialEpoch says if a fit has one', async () => {
    compile();
    const { seen, schedule } = positions();
    const { callback } = prune({ schedule });
    await model.fit(samples.x, samples.y, { ...quiet, epochs: 2, callbacks: callback });
    await model.fit(samples.x, samples.y, { ...quiet, initialEpoch: 7, epochs: 9, callbacks: callback });
    await model.fit(samples.x, samples.y, { ...quiet, epochs: 2, callbacks: callback });
    expect(seen).toEqual([0, 1, 7, 8, 9, 10]);
  });

  it.each([
    ['batch', [0, 1, 2, 3, 4, 5]],
    [2, [0, 2, 4]],
    [4, [0, 4]],
  ] as const)('counts steps across epochs and fits when every is %s', async (every, expected) => {
    compile();
    const { seen, schedule } = positions();
    const { callback, steps } = prune({ schedule, every });
    for (let fit = 0; fit < 2; fit += 1) {
      await model.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks: callback });
    }
    expect(seen).toEqual(expected);
    expect(steps()).toBe(6);
  });

  it('prunes in fitDataset', async () => {
    compile();
    const { callback } = prune();
    const batch = () => ({ xs: samples.x.clone(), ys: samples.y.clone() });
    const dataset = tf.data.generator(function* () {
      for (let i = 0; i < 3; i += 1) yield batch();
    } as never);
    await model.fitDataset(dataset as never, { epochs: 2, verbose: 0, callbacks: callback });
    expect(await zeros()).toBe(Math.floor(ELEMENTS / 2));
  });

  it('works among other callbacks, plain ones and those of tfjs', async () => {
    compile();
    const { seen, schedule } = positions();
    const { callback } = prune({ schedule });
    const ends: number[] = [];
    const plain = { onEpochEnd: (epoch: number) => void ends.push(epoch) };
    const stopping = tf.callbacks.earlyStopping({ monitor: 'loss', patience: 9 });
    for (const callbacks of [
      [callback, plain],
      [plain, callback],
      [stopping, callback],
      [callback, stopping, plain],
    ]) {
      await model.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks: callbacks as never });
    }
    expect(seen).toEqual([0, 1, 2, 3]);
    expect(ends).toEqual([0, 0, 0]);
  });

  it('refuses to train when the callback was forgotten', async () => {
    compile();
    prune();
    await expect(model.fit(samples.x, samples.y, { ...quiet, epochs: 1 })).rejects.toThrow(
      /callbacks: pruning\.callback/,
    );
  });

  it('follows the model to another optimizer', async () => {
    compile();
    const { callback } = prune();
    await model.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks: callback });
    const old = model.optimizer;
    compile(OPTIMIZERS.momentum!());
    expect(Object.hasOwn(old, 'applyGradients')).toBe(false);
    old.dispose();
    await model.trainOnBatch(samples.x, samples.y);
    expect(await zeros()).toBe(Math.floor(ELEMENTS / 2));
    // Set from outside, without compiling, it is met at the next fit.
    const last = tf.train.sgd(0.1);
    (model as tf.Sequential).optimizer = last;
    await model.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks: callback });
    expect(await zeros()).toBe(Math.floor(ELEMENTS / 2));
  });

  it('leaves the optimizer as saved models know it', async () => {
    const optimizer = OPTIMIZERS.adam!();
    compile(optimizer);
    const config = optimizer.getConfig();
    prune();
    expect(optimizer.getClassName()).toBe('Adam');
    expect(optimizer.getConfig()).toEqual(config);
    expect(Object.keys(optimizer)).not.toContain('applyGradients');
  });

  it('gives everything back when detached and disposed of', async () => {
    compile();
    const { x, y } = samples;
    await model.trainOnBatch(x, y);
    const grown = await growth(async () => {
      const { callback, detach, dispose } = prune();
      await model.fit(x, y, { ...quiet, epochs: 1, callbacks: callback });
      detach();
      detach();
      expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(false);
      expect(Object.hasOwn(model, 'compile')).toBe(false);
      await model.trainOnBatch(x, y);
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
    expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(false);
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
    await model.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks: callback });
    const before = (await pruner.report()).position;
    detach();
    await expect(
      model.fit(samples.x, samples.y, { ...quiet, initialEpoch: 1, epochs: 2, callbacks: callback }),
    ).rejects.toThrow(/detached/);
    expect((await pruner.report()).position).toBe(before);
  });

  it('refuses the next update when detached in the middle of a fit', async () => {
    compile();
    const { callback, detach } = prune();
    const plain = { onEpochEnd: () => detach() };
    await expect(
      model.fit(samples.x, samples.y, { ...quiet, epochs: 2, callbacks: [callback, plain] }),
    ).rejects.toThrow(/detached/);
  });

  it('refuses the fit of another model, plain or among callbacks of tfjs', async () => {
    compile();
    const { callback, pruner } = prune();
    const other = createForecaster();
    other.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const stopping = tf.callbacks.earlyStopping({ monitor: 'loss' });
    for (const callbacks of [callback, [stopping, callback] as never]) {
      await expect(other.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks })).rejects.toThrow(
        /the fit of another/,
      );
    }
    expect((await pruner.report()).position).toBeNull();
    other.dispose();
  });

  it('leaves nothing behind when it fails to print', async () => {
    compile();
    const { x, y } = samples;
    await model.trainOnBatch(x, y);
    const broken = () => {
      throw new Error('disk full');
    };
    const grown = await growth(async () => {
      expect(() => prune({ print: broken })).toThrow('disk full');
      for (const print of [true, 'log', null])
        expect(() => prune({ print: print as never })).toThrow(/print/);
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(false);
    expect(Object.hasOwn(model, 'compile')).toBe(false);
    await model.trainOnBatch(x, y);
  });

  it('ranks by saliency in plain tensors, as in variables', async () => {
    compile();
    const saliency = tf.tidy(() => tf.variable(tf.range(0, 15).reshape([5, 3])));
    const plain: tf.Tensor = saliency.clone();
    // Whatever tensorScore is given, it has to type-check here without a cast.
    const scores: NonNullable<PruneModelOptions['score']>[] = [
      tensorScore(() => plain),
      tensorScore(() => saliency),
      tensorScore(({ name }) => (name === 'out/kernel' ? plain : tf.zeros([1]))),
      tensorScore<tf.Variable>(({ weight }) => (weight.trainable ? saliency : weight)),
    ];
    for (const score of scores) {
      const one = prune({ select: { include: ['out/kernel'] }, schedule: constantSparsity(0.2), score });
      await one.pruner.update(0);
      const zero = (await weightBits(model))['out/kernel']!.map((bits) => bits === 0);
      expect(zero.map(Number).join('')).toBe('111000000000000');
      one.dispose();
    }
    tf.dispose([saliency, plain]);
  });

  it('knows its options, and lists them', () => {
    compile();
    for (const wrong of [{ device: 1 }, { weights: [] }, { schedul: 1 }]) {
      expect(() => prune(wrong as never)).toThrow(
        /^pruneModel has no option "\w+"(; it takes|; did you mean "schedule"\? It takes) schedule, every, .*, print$/,
      );
    }
    expect(() => prune({ include: /kernel/ } as never)).toThrow(
      /no option "include": it is select: \{ include \}/,
    );
    expect(() => prune({ scope: 'per-weight' } as never)).toThrow(
      /it is distribution: 'global' or 'uniform'/,
    );
    expect(() => pruneModel(model, undefined as never)).toThrow(/object of options/);
    expect(() => prune({ backend: 'webgpu' as never })).toThrow(/a TfjsBackend, got "webgpu"/);
  });

  it('prunes through the backend it is given', async () => {
    compile();
    const backend = tfjsBackend({ through: 'operations' });
    const one = prune({ schedule: constantSparsity(0.5), backend });
    await one.pruner.update(0);
    expect(backend.maskOf(one.kernels.kernels[0]!.weight)?.dtype).toBe('bool');
    one.dispose();
    expect(backend.maskOf(one.kernels.kernels[0]!.weight)).toBeUndefined();
  });

  it.each([[[0, 1]], [[1, 0]]])('lets two prunings go in the order %j, and nothing stays', async (order) => {
    compile();
    const { x, y } = samples;
    const both = [
      prune({ select: { include: ['out/kernel'] } }),
      prune({ select: { include: ['hidden/kernel'] } }),
    ] as const;
    await model.fit(x, y, { ...quiet, epochs: 1, callbacks: both.map(({ callback }) => callback) as never });
    expect(both.map(({ steps }) => steps())).toEqual([3, 3]);
    both[order[0]!]!.detach();
    await model.trainOnBatch(x, y);
    expect(both[order[0]!]!.steps()).toBe(3);
    expect(both[order[1]!]!.steps()).toBe(4);
    both[order[1]!]!.detach();
    expect(Object.hasOwn(model.optimizer, 'applyGradients')).toBe(false);
    expect(Object.hasOwn(model, 'compile')).toBe(false);
    for (const one of both) one.dispose();
  });

  it('tells of a second pruning whose callback was forgotten', async () => {
    compile();
    const first = prune({ select: { include: ['out/kernel'] } });
    prune({ select: { include: ['hidden/kernel'] } });
    await expect(
      model.fit(samples.x, samples.y, { ...quiet, epochs: 1, callbacks: first.callback }),
    ).rejects.toThrow(/several prunings needs the callback of each/);
    first.dispose();
  });

  it('guards against a forgotten callback after restoring what was never updated', async () => {
    compile();
    const { save, restore, pruner } = prune();
    const fresh = await save();
    await pruner.update(0);
    const begun = await save();
    await restore(fresh);
    await expect(model.trainOnBatch(samples.x, samples.y)).rejects.toThrow(/ever updated/);
    await restore(begun);
    await model.trainOnBatch(samples.x, samples.y);
  });

  it('refuses a step before the optimizer has changed anything', async () => {
    compile();
    const { x, y } = samples;
    const { pruner, steps } = prune();
    const unchanged = async (refusal: () => Promise<void>) => {
      const [weights, { iterations }] = [await weightBits(model), model.optimizer];
      await refusal();
      expect(await weightBits(model)).toEqual(weights);
      expect(model.optimizer.iterations).toBe(iterations);
    };
    await unchanged(() => expect(model.trainOnBatch(x, y)).rejects.toThrow(/ever updated/));
    await pruner.update(0);
    await model.trainOnBatch(x, y);
    await unchanged(async () => {
      const restoring = pruner.restore(await pruner.save());
      await expect(model.trainOnBatch(x, y)).rejects.toMatchObject({ code: 'busy' });
      await restoring;
    });
    await unchanged(async () => {
      await useBackend('cpu');
      await expect(model.trainOnBatch(x, y)).rejects.toMatchObject({ code: 'unsupported' });
      await useBackend('wasm');
    });
    expect(steps()).toBe(1);
  });
});
