import { constantSparsity, createPruner, PruneError, randomScore, tensorScore } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countBytesRead } from '../testing/count-bytes-read.js';
import { randoms } from '../testing/randoms.js';
import { BACKENDS, growth, useBackend } from '../testing/use-backend.js';
import { tfjsBackend } from './tfjs-backend.js';

/** The weights after dropping `count` of all elements, by sorting everything. */
function pruneBySorting(weights: readonly Float32Array[], count: number): number[][] {
  const magnitude = (value: number) =>
    Number.isNaN(value) ? Number.MAX_VALUE : Math.min(Math.abs(value), 2 ** 200);
  const places = weights
    .flatMap((values, weight) =>
      Array.from(values, (value, index) => ({ value: magnitude(value), weight, index })),
    )
    .sort((a, b) => a.value - b.value || a.weight - b.weight || a.index - b.index);
  const left = weights.map((values) => [...values]);
  for (const { weight, index } of places.slice(0, count)) left[weight]![index] = 0;
  return left;
}

describe.each(BACKENDS)('tfjsBackend on %s', (name) => {
  let variables: tf.Variable[] = [];
  beforeEach(() => useBackend(name));
  afterEach(() => {
    tf.dispose(variables);
    variables = [];
  });

  const variable = (values: ArrayLike<number>, shape?: number[]) => {
    const made = tf.tidy(() => tf.variable(tf.tensor(Float32Array.from(values), shape ?? [values.length])));
    variables.push(made);
    return made;
  };
  const read = async () => Promise.all(variables.map(async (weight) => [...(await weight.data())]));

  it.each([0.1, 0.5, 0.73, 1])('drops what a full sort would, at %d', async (sparsity) => {
    const weights = [randoms(1, 60), randoms(2, 7), randoms(3, 33)];
    for (const values of weights) variable(values);
    const backend = tfjsBackend();
    const pruner = createPruner({
      backend,
      weights: variables.map((weight, i) => ({ name: `${i}`, weight })),
      schedule: constantSparsity(sparsity),
    });
    expect(await growth(async () => void (await pruner.update(0)))).toEqual({ tensors: 0, bytes: 0 });
    expect(await read()).toEqual(pruneBySorting(weights, Math.floor(sparsity * 100)));
    pruner.dispose();
  });

  it('breaks ties by weight order and then by flat index', async () => {
    const weights = [3, 4].map((seed) => randoms(seed, 50).map((value) => Math.round(value * 2) / 2 + 0));
    for (const values of weights) variable(values, [5, 10]);
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: variables.map((weight, i) => ({ name: `${i}`, weight })),
      schedule: (position) => position / 100,
    });
    for (const count of [1, 17, 18, 50, 51, 83]) {
      await pruner.update(count);
      expect(await read()).toEqual(pruneBySorting(weights, count));
    }
    pruner.dispose();
  });

  it('drops NaN last, and infinities just before', async () => {
    const values = Float32Array.of(
      Number.NaN,
      1,
      -Number.NaN,
      Number.NEGATIVE_INFINITY,
      -2,
      Number.POSITIVE_INFINITY,
    );
    const weight = variable(values);
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: [{ name: 'weight', weight }],
      schedule: (position) => position / 6,
    });
    const expected: Record<number, number[]> = {
      2: [Number.NaN, 0, Number.NaN, Number.NEGATIVE_INFINITY, 0, Number.POSITIVE_INFINITY],
      3: [Number.NaN, 0, Number.NaN, 0, 0, Number.POSITIVE_INFINITY],
      5: [0, 0, Number.NaN, 0, 0, 0],
      6: [0, 0, 0, 0, 0, 0],
    };
    for (const [count, left] of Object.entries(expected)) {
      await pruner.update(Number(count));
      expect([...(await weight.data())]).toEqual(left);
    }
    pruner.dispose();
  });

  it('ranks subnormals as its manifest says', async () => {
    const weight = variable([1e-40, -1e-42, 2e-40, 0, 1]);
    const backend = tfjsBackend();
    const pruner = createPruner({
      backend,
      weights: [{ name: 'weight', weight }],
      schedule: constantSparsity(0.4),
    });
    await pruner.update(0);
    const survivors = [...(await weight.data())].map((value) => value !== 0);
    expect([backend.manifest.subnormals, survivors]).toEqual(
      name === 'late'
        ? ['zero', [false, false, true, false, true]]
        : ['ordered', [true, false, true, false, true]],
    );
    pruner.dispose();
  });

  it('ranks by a score tensor, and at random alike on every backend', async () => {
    const weight = variable([1, 2, 3, 4]);
    const score = variable([9, -1, 8, 2]);
    const options = { backend: tfjsBackend(), weights: [{ name: 'weight', weight }] };
    const byTensor = createPruner({
      ...options,
      schedule: constantSparsity(0.5),
      score: tensorScore<tf.Variable>(() => score),
    });
    await byTensor.update(0);
    expect([...(await weight.data())]).toEqual([1, 0, 3, 0]);
    byTensor.dispose();
    const random = createPruner({
      ...options,
      schedule: constantSparsity(0.5),
      score: randomScore({ seed: 1 }),
    });
    await random.update(0);
    const { weights } = await random.save();
    expect(weights[0]!.kept).toBe(2);
    expect(weights[0]!.mask).toBe('Bg==');
    random.dispose();
  });

  it('sets dropped elements to +0 without waiting, whatever was written there', async () => {
    const weight = variable([1, 2, -3, 4, 5, 6]);
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: [{ name: 'weight', weight }],
      schedule: constantSparsity(0.5),
    });
    await pruner.update(0);
    const late = [-0, Number.NaN, Number.NEGATIVE_INFINITY, -7, Number.NaN, -0];
    const grown = await growth(async () => {
      tf.tidy(() => weight.assign(tf.tensor1d(late)));
      pruner.enforceSync();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect([...(await weight.data())].map((value) => (Object.is(value, -0) ? '-0' : value))).toEqual([
      0,
      0,
      0,
      -7,
      Number.NaN,
      '-0',
    ]);
    pruner.dispose();
  });

  it('refuses a disposed variable and changes nothing', async () => {
    const [first, second] = [variable([1, 2]), variable([3, 4])];
    const pruner = createPruner({
      backend: tfjsBackend(),
      weights: [
        { name: 'first', weight: first },
        { name: 'second', weight: second },
      ],
      schedule: constantSparsity(0.5),
    });
    second.dispose();
    await expect(pruner.update(0)).rejects.toMatchObject({ code: 'weight-changed' });
    expect([...(await first.data())]).toEqual([1, 2]);
    pruner.dispose();
  });

  it('gives every tensor back', async () => {
    const weight = variable(randoms(5, 40), [4, 10]);
    const grown = await growth(async () => {
      const options = {
        backend: tfjsBackend(),
        weights: [{ name: 'weight', weight }],
        schedule: constantSparsity(0.5),
      };
      const pruner = createPruner(options);
      await pruner.update(0);
      await pruner.enforce();
      await pruner.report();
      await pruner.restore(await pruner.save());
      await expect(pruner.restore({})).rejects.toThrow(PruneError);
      pruner.dispose();
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
  });
});

describe('tfjsBackend', () => {
  it('counts and breaks ties beyond one piece of 2²² elements', async () => {
    await useBackend('wasm');
    const elements = 2 ** 22 + 5;
    const weight = tf.tidy(() => tf.variable(tf.ones([elements])));
    const backend = tfjsBackend();
    const mask = backend.createMask(weight);
    const items = [{ weight, mask, score: { kind: 'magnitude' } }] as const;
    for (const ties of [2 ** 22 + 1, 2]) {
      await backend.dropAndEnforce!([{ items, cut: { magnitude: 0x3f800000, ties } }]);
    }
    expect(await backend.countKept([mask])).toEqual([2]);
    const values = await weight.data();
    expect([...values.slice(-4)]).toEqual([0, 0, 1, 1]);
    backend.disposeMask(mask);
    weight.dispose();
  });

  it('finds one cut of small weights and large ones, counted together or apart', async () => {
    await useBackend('cpu');
    // The second and third make up one piece less one element; the first and the last stay out.
    const made = [3, 2 ** 22 - 2, 1, 5].map((size) => {
      const values = Float32Array.from({ length: size }, (_, i) => ((i * 7919) % 1009) / 8);
      return tf.tidy(() => tf.variable(tf.tensor(values)));
    });
    const cuts = (['memory', 'operations'] as const).map(async (through) => {
      const backend = tfjsBackend({ through });
      const masks = made.map((weight) => backend.createMask(weight));
      const items = made.map(
        (weight, i) => ({ weight, mask: masks[i]!, score: { kind: 'magnitude' } }) as const,
      );
      const cut = await backend.findCut(items, 2 ** 21 + 3);
      for (const mask of masks) backend.disposeMask(mask);
      return cut;
    });
    const [expected, found] = await Promise.all(cuts);
    expect(found).toEqual(expected);
    tf.dispose(made);
  });

  it('reads one count a round for all small weights together', async () => {
    await useBackend('cpu');
    const weights = Array.from({ length: 40 }, (_, i) => ({
      name: `${i}`,
      weight: tf.tidy(() => tf.variable(tf.tensor(randoms(i + 1, 9)))),
    }));
    const backend = tfjsBackend({ through: 'operations' });
    const pruner = createPruner({ backend, weights, schedule: constantSparsity(0.5) });
    const bytesRead = countBytesRead();
    const before = bytesRead();
    await pruner.update(0);
    // The zeros of the first update and 31 rounds, then how many tie in each weight and how many each keeps: 4 bytes a count.
    expect(bytesRead() - before).toBeLessThanOrEqual((1 + 31 + 3 * 40) * 4);
    pruner.dispose();
    tf.dispose(weights.map(({ weight }) => weight));
  });

  it('refuses to go on when tfjs was switched to another backend', async () => {
    await useBackend('wasm');
    const weight = tf.variable(tf.tensor1d([1, 2]));
    const backend = tfjsBackend();
    const pruner = createPruner({
      backend,
      weights: [{ name: 'weight', weight }],
      schedule: constantSparsity(0.5),
    });
    expect(backend.manifest.name).toBe('tfjs (wasm)');
    await useBackend('cpu');
    await expect(pruner.update(0)).rejects.toThrow(/made on the tfjs backend wasm.*switched to cpu/);
    await useBackend('wasm');
    pruner.dispose();
    weight.dispose();
  });

  it('finds the same cut however many magnitudes it counts a round', async () => {
    await useBackend('wasm');
    const weight = tf.tidy(() => tf.variable(tf.tensor1d(randoms(8, 100))));
    const cuts = [1, 3, 15, 255].map(async (cutsPerRound) => {
      const backend = tfjsBackend({ cutsPerRound });
      const mask = backend.createMask(weight);
      const cut = await backend.findCut([{ weight, mask, score: { kind: 'magnitude' } }], 41);
      backend.disposeMask(mask);
      return cut;
    });
    const ranked = [...randoms(8, 100)].map(Math.abs).sort((a, b) => a - b);
    const [magnitude] = new Uint32Array(Float32Array.of(ranked[40]!).buffer);
    for (const cut of await Promise.all(cuts)) expect(cut).toMatchObject({ magnitude, ties: 1 });
    expect(() => tfjsBackend({ cutsPerRound: 0 })).toThrow(RangeError);
    weight.dispose();
  });

  it('refuses what is no variable of float32', async () => {
    await useBackend('cpu');
    const backend = tfjsBackend();
    const whole = tf.variable(tf.tensor1d([1, 2], 'int32'));
    expect(() => backend.createMask(whole)).toThrow(TypeError);
    expect(() => backend.createMask(tf.tensor1d([1]) as tf.Variable)).toThrow(TypeError);
    expect(() => backend.shape('kernel' as unknown as tf.Variable)).toThrow(TypeError);
    whole.dispose();
  });
});
