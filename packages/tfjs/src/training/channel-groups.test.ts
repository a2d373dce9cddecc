import type { ChannelGroup } from '@synaprune/core';
import { type TfjsArtifacts, tfjsChannelGroups } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linearRamp, type ModelPruning, pruneModel, shrinkModel } from '../index.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { quiet, tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';

/** A stem that a block adds to, with a sigmoid in the block, and a head. */
function residualNet(stem: number, inner: number): tf.LayersModel {
  const input = tf.input({ shape: [5, 5, 2] });
  const conv = (name: string, filters: number, kernelSize: number) =>
    tf.layers.conv2d({ name, filters, kernelSize, padding: 'same' });
  const s = tf.layers
    .reLU()
    .apply(
      tf.layers.batchNormalization({ name: 'norm' }).apply(conv('stem', stem, 3).apply(input)),
    ) as tf.SymbolicTensor;
  const i = tf.layers
    .activation({ activation: 'sigmoid' })
    .apply(conv('inner', inner, 3).apply(s)) as tf.SymbolicTensor;
  const o = conv('outer', stem, 1).apply(i) as tf.SymbolicTensor;
  const sum = tf.layers.add().apply([s, o]) as tf.SymbolicTensor;
  const pooled = tf.layers.globalAveragePooling2d({ dataFormat: 'channelsLast' }).apply(sum);
  const y = tf.layers.dense({ name: 'head', units: 3 }).apply(pooled) as tf.SymbolicTensor;
  return tf.model({ inputs: input, outputs: y });
}

const inOrder = (count: number) => Array.from({ length: count }, (_, i) => i);
/** As the files of such a model give them, running statistics included. */
const groups: readonly ChannelGroup[] = [
  {
    name: 'stem/kernel[3]',
    kind: 'channels',
    channels: 8,
    members: (
      [
        ['stem/kernel', 3, 'makes'],
        ['stem/bias', 0, 'along'],
        ['norm/gamma', 0, 'along'],
        ['norm/beta', 0, 'along'],
        ['norm/moving_mean', 0, 'along'],
        ['norm/moving_variance', 0, 'along'],
        ['inner/kernel', 2, 'reads'],
        ['outer/kernel', 3, 'makes'],
        ['outer/bias', 0, 'along'],
        ['head/kernel', 0, 'reads'],
      ] as const
    ).map(([tensor, axis, side]) => ({ tensor, axis, side, channels: inOrder(8) })),
  },
  {
    name: 'inner/kernel[3]',
    channels: 6,
    members: (
      [
        ['inner/kernel', 3, 'makes'],
        ['inner/bias', 0, 'along'],
        ['outer/kernel', 2, 'reads'],
      ] as const
    ).map(([tensor, axis, side]) => ({ tensor, axis, side, channels: inOrder(6) })),
  },
];
const options = {
  pattern: { kind: 'channel', groups },
  distribution: 'uniform',
  schedule: linearRamp({ from: 0, to: 0.5, start: 0, end: 4 }),
  print: false,
} as const;

let models: tf.LayersModel[] = [];
let prunings: ModelPruning[] = [];
let x: tf.Tensor;
let y: tf.Tensor;

function createModel(): tf.LayersModel {
  const model = residualNet(8, 6);
  tf.tidy(() =>
    model.setWeights(
      model.getWeights().map(({ shape }, i) => {
        const name = model.weights[i]!.originalName;
        return name.endsWith('variance') ? tf.ones(shape) : tf.mul(tensorOf(i + 1, shape), 0.4);
      }),
    ),
  );
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'meanSquaredError' });
  models.push(model);
  return model;
}
const prune = (model: tf.LayersModel, more: object = {}) => {
  const pruning = pruneModel(model, { ...options, ...more });
  prunings.push(pruning);
  return pruning;
};

beforeEach(async () => {
  await useBackend('cpu');
  [x, y] = [tensorOf(101, [12, 5, 5, 2]), tensorOf(102, [12, 3])];
});
afterEach(() => {
  for (const pruning of prunings) pruning.dispose();
  for (const model of models) {
    model.optimizer?.dispose();
    model.dispose();
  }
  [models, prunings] = [[], []];
  tf.dispose([x, y]);
});

it('drops channels in every weight that has them, and a model without them gives the same', async () => {
  const model = createModel();
  const { callback, pruner } = prune(model);
  await model.fit(x, y, { ...quiet, epochs: 7, callbacks: callback });
  const report = await pruner.report();
  expect(report.notices).toEqual([]);
  expect(report.total.revived).toBe(0);
  expect(report.groups!.map(({ channels, kept }) => [channels, kept.length])).toEqual([
    [8, 4],
    [6, 3],
  ]);
  expect(report.weights.map(({ name }) => name)).not.toContain('norm/moving_mean');

  const small = residualNet(4, 3);
  models.push(small);
  const kept = new Map(report.groups!.map(({ name, kept: own }) => [name, own]));
  const sliced = tf.tidy(() =>
    model.weights.map((variable) => {
      let value: tf.Tensor = variable.read();
      for (const { name, members } of groups) {
        for (const { tensor, axis } of members) {
          if (tensor === variable.originalName)
            value = tf.gather(value, tf.tensor1d([...kept.get(name)!], 'int32'), axis);
        }
      }
      return tf.keep(value.clone());
    }),
  );
  small.setWeights(sliced);
  const [whole, cut] = [model.predict(x) as tf.Tensor, small.predict(x) as tf.Tensor];
  const [needed, got] = [await whole.data(), await cut.data()];
  expect(Math.max(...needed.map(Math.abs))).toBeGreaterThan(0.05);
  expect(Math.max(...needed.map((value, i) => Math.abs(value - got[i]!)))).toBeLessThan(1e-5);
  tf.dispose([whole, cut, ...sliced]);
});

it('takes the groups of its own files, and what was trained so is cut by shrinkModel without a change', async () => {
  const model = createModel();
  const found = tfjsChannelGroups((await artifactsOf(model)) as TfjsArtifacts);
  expect(found.groups.map(({ channels, members }) => [channels, members.length])).toEqual([
    [8, 10],
    [6, 3],
  ]);
  const { callback, pruner } = prune(model, { pattern: { kind: 'channel', groups: found.groups } });
  await model.fit(x, y, { ...quiet, epochs: 6, callbacks: callback });
  const report = await pruner.report();
  const keep = Object.fromEntries(report.groups!.map(({ name, kept }) => [name, kept]));
  const { model: small, report: cut } = await shrinkModel(model, { keep });
  models.push(small);
  expect(cut.groups.map(({ kept }) => kept.length)).toEqual([4, 3]);
  const [whole, less] = [model.predict(x) as tf.Tensor, small.predict(x) as tf.Tensor];
  const [needed, got] = [await whole.data(), await less.data()];
  expect(Math.max(...needed.map((value, i) => Math.abs(value - got[i]!)))).toBeLessThan(1e-5);
  tf.dispose([whole, less]);
});

it('goes on where it was saved, masks and ranking as if never interrupted', async () => {
  const run = async (interrupted: boolean) => {
    const model = createModel();
    const first = prune(model);
    await model.fit(x, y, { ...quiet, epochs: 2, callbacks: first.callback });
    let last = first;
    if (interrupted) {
      const progress = JSON.parse(JSON.stringify(await first.save()));
      first.dispose();
      last = prune(model);
      await last.restore(progress);
    }
    await model.fit(x, y, { ...quiet, epochs: 4, callbacks: last.callback });
    return (await last.masks()).map(({ name, bits }) => [name, [...bits]]);
  };
  expect(await run(true)).toEqual(await run(false));
});

it('refuses select beside groups, and a tensor that the model does not have', () => {
  const model = createModel();
  expect(() => prune(model, { select: 'stem/kernel' })).toThrow('no select beside pattern.groups');
  const [first, second] = groups;
  const wrong = { ...second!, members: [{ ...second!.members[0]!, tensor: 'innner/kernel' }] };
  expect(() => prune(model, { pattern: { kind: 'channel', groups: [first!, wrong] } })).toThrow(
    expect.objectContaining({
      code: 'group-mismatch',
      message: expect.stringContaining('did you mean "inner/kernel"'),
    }),
  );
  expect(() => prune(model, { pattern: { kind: 'channel', groups: 'graph' } })).toThrow('pattern.groups');
});
