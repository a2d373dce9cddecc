import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  constantSparsity,
  linearRamp,
  loadModel,
  type PruneModelOptions,
  pruneModel,
  saveModel,
} from '../index.js';
import { createMemory } from '../testing/memory.js';
import { countZeros, createDense, quiet, tensorOf } from '../testing/models.js';
import { useBackend } from '../testing/use-backend.js';
import { createPair } from '../testing/use-pair.js';

beforeEach(() => useBackend('wasm'));

describe('a layer that starts at zeros', () => {
  /** 100 elements that hold something and 30 that do not, as LoRA's second factor before its first step. */
  const createAdapter = () => {
    const model = tf.sequential({
      layers: [
        tf.layers.dense({ name: 'down', units: 10, inputShape: [10], useBias: false }),
        tf.layers.dense({ name: 'up', units: 3, useBias: false, kernelInitializer: 'zeros' }),
      ],
    });
    tf.tidy(() => model.setWeights([tensorOf(1, [10, 10]), tf.zeros([10, 3])]));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    return model;
  };
  const update = async (options: Partial<PruneModelOptions>) => {
    const model = createAdapter();
    const printed: string[] = [];
    const pruning = pruneModel(model, {
      schedule: constantSparsity(0.5),
      print: (text) => void printed.push(text),
      ...options,
    });
    const { notices } = await pruning.pruner.update(0);
    const { weights } = await pruning.pruner.report();
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    return { dropped: weights.map(({ dropped }) => dropped), notices, printed: printed.slice(1) };
  };

  it('is emptied by rank, and told by name', async () => {
    const { dropped, notices, printed } = await update({});
    expect(dropped).toEqual([35, 30]);
    const codes = notices.map(({ code, weights }) => [code, weights]);
    expect(codes).toContainEqual(['weight-emptied', ['up/kernel']]);
    expect(codes).toContainEqual(['untrained-ranked', ['up/kernel']]);
    for (const { code, message } of notices) expect(printed).toContain(`${code}: ${message}`);
    expect(printed).toHaveLength(notices.length);
  });

  it('keeps what a floor in elements says', async () => {
    expect((await update({ floor: { elements: 1 } })).dropped).toEqual([36, 29]);
    expect((await update({ floor: { fraction: 0.5, elements: 1 } })).dropped).toEqual([50, 15]);
  });

  it('waits until it holds something, and the others make up for it', async () => {
    const { dropped, notices } = await update({ untrained: 'wait' });
    expect(dropped).toEqual([65, 0]);
    expect(notices.map(({ code }) => code)).toEqual(['untrained-waiting']);
  });
});

describe('a plain sparse model', () => {
  const RAMP = linearRamp({ from: 0, to: 0.9, start: 0, end: 9 });

  /** 88 of 100 elements are zero, and nobody kept the masks. */
  const loadSparse = async () => {
    const dense = createDense('sgd', 'out');
    const pruning = pruneModel(dense, { schedule: constantSparsity(0.88), print: false });
    await pruning.pruner.update(0);
    const memory = createMemory();
    await dense.save(memory.save);
    pruning.dispose();
    dense.optimizer.dispose();
    dense.dispose();
    const model = await tf.loadLayersModel(memory.load());
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    return model;
  };
  const train = async (options: Partial<PruneModelOptions>) => {
    const model = await loadSparse();
    const x = tensorOf(101, [32, 10]);
    const printed: string[] = [];
    const pruning = pruneModel(model, {
      schedule: RAMP,
      print: (text) => void printed.push(text),
      ...options,
    });
    await model.fit(x, x, { ...quiet, epochs: 3, callbacks: pruning.callback });
    const zeros = await countZeros(model);
    const kept = (await pruning.pruner.report()).notices.map(({ code }) => code);
    await model.fit(x, x, { ...quiet, epochs: 7, callbacks: pruning.callback });
    const end = await countZeros(model);
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
    x.dispose();
    return { zeros, end, kept, codes: printed.slice(1).map((text) => text.slice(0, text.indexOf(':'))) };
  };

  it('is gone on from by keepZeros', async () => {
    expect(await train({ keepZeros: true })).toEqual({
      zeros: [88],
      end: [90],
      kept: ['schedule-unfinished'],
      codes: ['schedule-unfinished'],
    });
  });

  it('comes back to life under a ramp from 0 without it, and that is told', async () => {
    const { zeros, kept, codes } = await train({});
    expect(zeros).toEqual([20]);
    expect(codes).toEqual(['zeros-present', 'schedule-unfinished']);
    // No fit hands on what the first update told, so that it stands in reports.
    expect(kept).toEqual(['zeros-present', 'schedule-unfinished']);
  });
});

describe('a state of the same model under other names', () => {
  const options: PruneModelOptions = { schedule: constantSparsity(0.5), print: false };
  const dropped = async (model: tf.LayersModel) =>
    [...(await model.layers[0]!.weights[0]!.read().data())].map((value) => value === 0);

  it('is taken over by position or by a map of names, and refused without either', async () => {
    // tfjs names every layer of a page anew.
    const [first, second] = [createDense(), createDense()];
    const [from, to] = [pruneModel(first, options), pruneModel(second, options)];
    await from.pruner.update(4);
    tf.tidy(() => second.setWeights([tf.ones([10, 10]), tf.zeros([10])]));
    const saved = await from.save();
    const [old, fresh] = [from, to].map(({ kernels }) => kernels.kernels[0]!.name) as [string, string];
    expect(old).not.toBe(fresh);
    await expect(to.restore(saved)).rejects.toMatchObject({ code: 'state-mismatch' });
    await to.restore(saved, { match: 'position' });
    expect(await dropped(second)).toEqual(await dropped(first));
    to.dispose();
    tf.tidy(() => second.setWeights([tf.ones([10, 10]), tf.zeros([10])]));
    const again = pruneModel(second, options);
    await again.restore(saved, { names: { [old]: fresh } });
    expect(await dropped(second)).toEqual(await dropped(first));
    await expect(again.restore(saved, { nams: {} } as never)).rejects.toThrow(/did you mean "names"\?/);
    for (const one of [from, again]) one.dispose();
    for (const one of [first, second]) one.optimizer.dispose();
    for (const one of [first, second]) one.dispose();
  });

  it('is taken over from a file, by an average of the weights that has names of its own', async () => {
    const [model, average] = [createDense(), createDense()];
    const pruning = pruneModel(model, options);
    await pruning.pruner.update(0);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    const loaded = await loadModel(memory.load());
    const averaged = pruneModel(average, options);
    await averaged.restore(loaded.saved, { match: 'position' });
    expect(await dropped(average)).toEqual(await dropped(model));
    for (const one of [pruning, averaged]) one.dispose();
    for (const one of [model, average]) one.optimizer.dispose();
    for (const one of [model, average, loaded.model]) one.dispose();
  });
});

it('no kernel stays denser than a ceiling', async () => {
  const model = createPair();
  // By magnitude all that goes would be of the base.
  tf.tidy(() => model.getLayer('head').setWeights([tf.fill([10, 10], 9), tf.zeros([10])]));
  model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const pruning = pruneModel(model, { schedule: constantSparsity(0.5), ceiling: 0.75, print: false });
  await pruning.pruner.update(0);
  expect((await pruning.masks()).map(({ kept }) => kept)).toEqual([25, 75]);
  pruning.dispose();
  model.optimizer.dispose();
  model.dispose();
});
