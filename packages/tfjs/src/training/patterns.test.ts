import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  linearRamp,
  loadModel,
  type ModelPruning,
  type PruneModelOptions,
  pruneModel,
  saveModel,
  tfjsBackend,
} from '../index.js';
import { createMemory } from '../testing/memory.js';
import { quiet, tensorOf } from '../testing/models.js';
import { BACKENDS, growth, type TestBackend, useBackend } from '../testing/use-backend.js';

const WAYS: readonly (readonly [TestBackend, 'memory' | 'operations'])[] = [
  ['cpu', 'memory'],
  ['wasm', 'memory'],
  ['wasm', 'operations'],
  ['late', 'operations'],
];

let model: tf.LayersModel;
let x: tf.Tensor;
let y: tf.Tensor;
let pruning: ModelPruning | undefined;

/** A convolution, [2, 2, 1, 4], and two dense layers, [36, 6] and [6, 5]. */
function createConvolutional(): tf.LayersModel {
  const made = tf.sequential({
    layers: [
      tf.layers.conv2d({ name: 'conv', filters: 4, kernelSize: 2, inputShape: [4, 4, 1] }),
      tf.layers.flatten(),
      tf.layers.dense({ name: 'hidden', units: 6, activation: 'tanh' }),
      tf.layers.dense({ name: 'out', units: 5 }),
    ],
  });
  tf.tidy(() => made.setWeights(made.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  return made;
}

async function setUp(backend: TestBackend): Promise<void> {
  await useBackend(backend);
  model = createConvolutional();
  [x, y] = [tensorOf(101, [16, 4, 4, 1]), tensorOf(102, [16, 5])];
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
}

/** Only dense layers: tfjs's wasm backend has no gradient of a convolution. */
async function setUpDense(backend: TestBackend): Promise<void> {
  await useBackend(backend);
  const dense = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'hidden', units: 6, inputShape: [9] }),
      tf.layers.dense({ name: 'out', units: 5 }),
    ],
  });
  model = dense;
  tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
  [x, y] = [tensorOf(101, [16, 9]), tensorOf(102, [16, 5])];
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
}

const prune = (options: Partial<PruneModelOptions> = {}) => {
  pruning = pruneModel(model, { schedule: constantSparsity(0.5), print: false, ...options });
  return pruning;
};
const kernelOf = (name: string) => model.getLayer(name).weights[0]!.read() as tf.Variable;
/** Whole numbers, so that sums and squares are exact, and some are equal. */
const setWhole = (name: string) => {
  const kernel = kernelOf(name);
  tf.tidy(() => kernel.assign(tf.round(tf.mul(tensorOf(7, kernel.shape), 4))));
};
const flagsOf = async ({ masks }: ModelPruning): Promise<Record<string, number[]>> =>
  Object.fromEntries(
    (await masks()).map(({ name, shape, bits }) => {
      const elements = shape.reduce((product, edge) => product * edge, 1);
      return [name, Array.from({ length: elements }, (_, i) => (bits[i >> 3]! >> (i % 8)) & 1)];
    }),
  );

/** Keeps all but the lowest `count` units of a matrix, by sorting: the first of equals go first. */
function keptBySorting(
  values: ArrayLike<number>,
  [rows, columns]: readonly [number, number],
  unitOf: (row: number, column: number) => number,
  rank: (magnitudes: readonly number[]) => number,
  count: number,
): number[] {
  const units: number[][] = [];
  for (let i = 0; i < rows * columns; i += 1) {
    const unit = unitOf(Math.floor(i / columns), i % columns);
    units[unit] = [...(units[unit] ?? []), i];
  }
  const order = units
    .map((places, unit) => ({ unit, by: rank(places.map((place) => Math.abs(values[place]!))) }))
    .sort((a, b) => a.by - b.by || a.unit - b.unit);
  const flags = Array.from({ length: rows * columns }, () => 1);
  for (const { unit } of order.slice(0, count)) for (const place of units[unit]!) flags[place] = 0;
  return flags;
}
const mean = (list: readonly number[]) => list.reduce((sum, one) => sum + one, 0) / list.length;
const squares = (list: readonly number[]) => list.reduce((sum, one) => sum + one * one, 0);

afterEach(() => {
  pruning?.dispose();
  pruning = undefined;
  model.optimizer?.dispose();
  model.dispose();
  tf.dispose([x, y]);
});

describe.each(WAYS)('pruneModel on %s through %s', (backend, through) => {
  beforeEach(() => setUp(backend));

  it('drops blocks of 2 × 2 by the mean of their magnitudes', async () => {
    setWhole('out');
    const values = await kernelOf('out').data();
    const pattern = { kind: 'block', shape: [2, 2] } as const;
    const { pruner } = prune({ pattern, select: 'out/kernel', backend: tfjsBackend({ through }) });
    await pruner.update(0);
    // Three blocks a row, the last of them one wide: 9 blocks, of which 4 go.
    const kept = keptBySorting(values, [6, 5], (row, column) => 3 * (row >> 1) + (column >> 1), mean, 4);
    expect(await flagsOf(pruning!)).toEqual({ 'out/kernel': kept });
    expect([...(await kernelOf('out').data())]).toEqual(
      [...values].map((value, i) => (kept[i] === 1 ? value : 0)),
    );
  });

  it('drops whole columns by their norm', async () => {
    setWhole('hidden');
    const values = await kernelOf('hidden').data();
    const pattern = { kind: 'channel', axis: 1 } as const;
    const { pruner } = prune({ pattern, select: ['hidden/kernel'], backend: tfjsBackend({ through }) });
    await pruner.update(0);
    const kept = keptBySorting(values, [36, 6], (_, column) => column, squares, 3);
    expect(await flagsOf(pruning!)).toEqual({ 'hidden/kernel': kept });
  });

  it('keeps 2 of 4 along the columns, and at a quarter the lowest of those that may go', async () => {
    setWhole('hidden');
    const values = await kernelOf('hidden').data();
    const pattern = { kind: 'n:m', keep: 2, of: 4, axis: 1 } as const;
    const schedule = linearRamp({ from: 0.25, to: 0.5, start: 0, end: 1 });
    const { pruner } = prune({
      pattern,
      schedule,
      select: ['hidden/kernel'],
      backend: tfjsBackend({ through }),
    });
    await pruner.update(0);
    // Of six in a row the last two are a group of their own, which keeps both.
    const spare = Array.from({ length: 36 }, (_, row) =>
      [0, 1, 2, 3]
        .map((column) => ({ place: 6 * row + column, by: Math.abs(values[6 * row + column]!) }))
        .sort((a, b) => a.by - b.by || a.place - b.place)
        .slice(0, 2),
    ).flat();
    const lowest = [...spare].sort((a, b) => a.by - b.by || a.place - b.place).slice(0, 36);
    const without = (list: readonly { readonly place: number }[]) => {
      const gone = new Set(list.map(({ place }) => place));
      return [...values].map((_, i) => (gone.has(i) ? 0 : 1));
    };
    expect(await flagsOf(pruning!)).toEqual({ 'hidden/kernel': without(lowest) });
    await pruner.update(1);
    expect(await flagsOf(pruning!)).toEqual({ 'hidden/kernel': without(spare) });
  });

  it('drops filters of a convolution, which blocks of a matrix do not fit', async () => {
    const grown = await growth(async () => {
      expect(() => prune({ pattern: { kind: 'block', shape: [2, 2] } })).toThrow(
        expect.objectContaining({
          code: 'unsupported',
          message: expect.stringMatching(/"conv\/kernel" has the shape \[2,2,1,4\]. Leave it out by select/),
        }),
      );
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(Object.hasOwn(model, 'fit')).toBe(false);
    const { pruner } = prune({
      pattern: { kind: 'channel', axis: 3 },
      select: { include: ({ shape }) => shape.length === 4 },
      backend: tfjsBackend({ through }),
    });
    await pruner.update(0);
    const values = await kernelOf('conv').data();
    const byFilter = [0, 1, 2, 3].map((filter) => [0, 1, 2, 3].map((place) => values[4 * place + filter]));
    expect(byFilter.filter((filter) => filter.every((value) => value === 0))).toHaveLength(2);
    expect(byFilter.flat().filter((value) => value === 0)).toHaveLength(8);
  });

  it('brings back what ranks highest by another score, and drops as much instead', async () => {
    setWhole('out');
    const gradients = [8, 9].map((seed) => tf.tidy(() => tf.round(tf.mul(tensorOf(seed, [6, 5]), 4))));
    let update = 0;
    const regrow = { by: { kind: 'tensor', of: () => gradients[update]! }, fraction: 0.2 } as const;
    const { pruner } = prune({ select: 'out/kernel', regrow, backend: tfjsBackend({ through }) });
    let values = [...(await kernelOf('out').data())];
    let kept = values.map(() => 1);
    for (const gradient of gradients) {
      const growths = await gradient.data();
      const [low, high] = [
        [...values.keys()].sort((a, b) => Math.abs(values[a]!) - Math.abs(values[b]!) || a - b),
        [...values.keys()].sort((a, b) => Math.abs(growths[b]!) - Math.abs(growths[a]!) || b - a),
      ];
      const before = kept;
      // Fifteen stay; a fifth of those is three, which go beyond it and come back.
      const going = before.filter((flag) => flag === 1).length - 12;
      const gone = new Set(low.filter((i) => before[i] === 1).slice(0, going));
      const dropped = high.filter((i) => before[i] === 0 || gone.has(i));
      const back = new Set(dropped.slice(0, 3));
      kept = before.map((flag, i) => (back.has(i) || (flag === 1 && !gone.has(i)) ? 1 : 0));
      values = values.map((value, i) => (kept[i] === 1 && before[i] === 1 ? value : 0));
      expect(await pruner.update(update)).toMatchObject({ regrown: 3, sparsity: 0.5 });
      expect(await flagsOf(pruning!)).toEqual({ 'out/kernel': kept });
      expect([...(await kernelOf('out').data())]).toEqual(values);
      update += 1;
    }
    tf.dispose(gradients);
  });
});

describe.each(BACKENDS)('a pattern on %s', (backend) => {
  beforeEach(() => setUpDense(backend));

  it.each([
    { kind: 'block', shape: [2, 2] },
    { kind: 'channel', axis: 1 },
    { kind: 'n:m', keep: 2, of: 4, axis: 1 },
  ] as const)('of kind $kind holds while Adam trains in fit, and leaks nothing', async (pattern) => {
    const schedule = linearRamp({ from: 0.1, to: 0.4, start: 0, end: 3 });
    const { callback, pruner } = prune({ pattern, schedule });
    await model.fit(x, y, { ...quiet, epochs: 2, callbacks: callback });
    const grown = await growth(async () => {
      await model.fit(x, y, { ...quiet, epochs: 2, callbacks: callback });
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    const flags = await flagsOf(pruning!);
    for (const name of ['hidden', 'out']) {
      const zeros = [...(await kernelOf(name).data())].map((value) => (value === 0 ? 0 : 1));
      expect(zeros).toEqual(flags[`${name}/kernel`]);
    }
    const { total } = await pruner.report();
    expect(total.revived).toBe(0);
    expect(total.dropped).toBeGreaterThan(0);
  });

  it('goes along when a layer joins, and is saved, loaded and gone on with to the bit', async () => {
    const pattern = { kind: 'block', shape: [3, 2], pool: 'l2' } as const;
    const options = { pattern, schedule: linearRamp({ from: 0.1, to: 0.6, start: 0, end: 3 }) } as const;
    model.getLayer('out').trainable = false;
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const { callback } = prune(options);
    await model.fit(x, y, { ...quiet, epochs: 2, callbacks: callback });
    const before = (await flagsOf(pruning!))['hidden/kernel']!;
    model.getLayer('out').trainable = true;
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await model.fit(x, y, { ...quiet, epochs: 1, callbacks: callback });
    const joined = await flagsOf(pruning!);
    expect(Object.keys(joined)).toEqual(['hidden/kernel', 'out/kernel']);
    // Dropped stays dropped.
    expect(joined['hidden/kernel']!.filter((flag, i) => flag > before[i]!)).toEqual([]);

    const memory = createMemory();
    await saveModel(model, pruning!, memory.save);
    await model.fit(x, y, { ...quiet, epochs: 1, callbacks: callback });
    const whole = await flagsOf(pruning!);
    const { model: loaded, saved } = await loadModel(memory.load());
    loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const other = pruneModel(loaded, { ...options, pattern: { kind: 'channel', axis: 0 }, print: false });
    await expect(other.restore(saved)).rejects.toMatchObject({ code: 'state-mismatch' });
    other.dispose();
    const again = pruneModel(loaded, { ...options, print: false });
    await again.restore(saved);
    expect(await flagsOf(again)).toEqual(joined);
    await loaded.fit(x, y, { ...quiet, epochs: 1, callbacks: again.callback });
    expect(await flagsOf(again)).toEqual(whole);
    again.dispose();
    loaded.optimizer.dispose();
    loaded.dispose();
  });
});
