import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  linearRamp,
  type ModelPruning,
  type PruneModelOptions,
  pruneModel,
} from '../index.js';
import { countZeros, quiet, tensorOf } from '../testing/models.js';
import { BACKENDS, growth, useBackend } from '../testing/use-backend.js';

let model: tf.Sequential;
let x: tf.Tensor;
const prunings: ModelPruning[] = [];

const compile = () => model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
const prune = (options: Partial<PruneModelOptions> = {}): ModelPruning => {
  const made = pruneModel(model, { schedule: constantSparsity(0.1), print: false, ...options });
  prunings.push(made);
  return made;
};
const bitsOf = async (pruning: ModelPruning) =>
  Object.fromEntries((await pruning.masks()).map(({ name, bits }) => [name, [...bits]]));
/** Of the 100 elements of a layer, the first 40 dropped. */
const FORTY = Uint8Array.from({ length: 13 }, (_, i) => (i < 5 ? 0 : i < 12 ? 255 : 15));

describe.each(BACKENDS)('masks from outside, on %s', (backend) => {
  beforeEach(async () => {
    await useBackend(backend);
    model = tf.sequential({
      layers: [
        tf.layers.dense({ name: 'base', units: 10, inputShape: [10] }),
        tf.layers.dense({ name: 'head', units: 10 }),
      ],
    });
    tf.tidy(() => model.setWeights(model.getWeights().map(({ shape }, i) => tensorOf(i + 1, shape))));
    x = tensorOf(101, [32, 10]);
    compile();
  });
  afterEach(() => {
    for (const pruning of prunings.splice(0)) pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
  });

  it('are what a pruning starts with, and hold in fit', async () => {
    const pruning = prune({ masks: [{ name: 'base/kernel', bits: FORTY }] });
    expect(await bitsOf(pruning)).toEqual({
      'base/kernel': [...FORTY],
      'head/kernel': Array.from({ length: 13 }, (_, i) => (i < 12 ? 255 : 15)),
    });
    // A tenth of 200 is less than the forty that are gone already.
    await model.fit(x, x, { ...quiet, epochs: 2, callbacks: pruning.callback });
    expect(await countZeros(model)).toEqual([40, 0]);
    expect((await pruning.masks()).map(({ kept, shape }) => [kept, shape])).toEqual([
      [60, [10, 10]],
      [100, [10, 10]],
    ]);
  });

  it('are given to the first kernels only, not again whenever the kernels change', async () => {
    model.getLayer('base').trainable = false;
    compile();
    const pruning = prune({
      masks: [{ name: 'head/kernel', bits: FORTY }],
      schedule: linearRamp({ from: 0.4, to: 0.8, start: 0, end: 1 }),
    });
    await pruning.pruner.update(1);
    const before = (await bitsOf(pruning))['head/kernel']!;
    expect((await pruning.pruner.report()).total.dropped).toBe(80);
    model.getLayer('base').trainable = true;
    compile();
    await pruning.pruner.report();
    const after = (await bitsOf(pruning))['head/kernel']!;
    // Nothing that was dropped since has come back.
    expect(after.filter((byte, i) => (byte & ~before[i]!) !== 0)).toEqual([]);
  });

  it('are taken over by restore, from one pruning to another and without a trace', async () => {
    const first = prune({ schedule: constantSparsity(0.5) });
    await first.pruner.update(0);
    const masks = await first.masks();
    const zeros = await countZeros(model);
    first.dispose();
    const second = prune();
    const grown = await growth(async () => second.restore(masks));
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    expect(await second.masks()).toEqual(masks);
    const { total, position } = await second.pruner.report();
    expect([total.dropped, position]).toEqual([100, null]);
    // It is as if no update had been made, so that a step still needs one.
    await expect(model.trainOnBatch(x, x)).rejects.toThrow(/ever updated/);
    await second.pruner.update(0);
    await model.trainOnBatch(x, x);
    expect(await countZeros(model)).toEqual(zeros);
  });

  it('are refused by name where they do not fit', async () => {
    const grown = await growth(async () => {
      for (const [masks, message] of [
        [[{ name: 'bass/kernel', bits: FORTY }], /did you mean "base\/kernel"/],
        [[{ name: 'base/kernel', bits: FORTY.subarray(1) }], /13 bytes/],
        [[{ name: 'base/kernel', bits: FORTY, shape: [100] }], /shape/],
      ] as const) {
        expect(() => prune({ masks })).toThrow(
          expect.objectContaining({ code: 'mask-mismatch', message: expect.stringMatching(message) }),
        );
      }
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    await expect(prune().restore([{ name: 'base/kernel', bits: FORTY }])).rejects.toMatchObject({
      code: 'mask-mismatch',
    });
  });
});
