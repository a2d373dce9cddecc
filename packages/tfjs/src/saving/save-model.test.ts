import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { linearRamp, loadModel, type PruneModelOptions, pruneModel, saveModel } from '../index.js';
import { createMemory } from '../testing/memory.js';
import { createForecaster, createSamples, OPTIMIZERS, weightBits } from '../testing/models.js';
import { growth, type TestBackend, useBackend } from '../testing/use-backend.js';

// Five steps an epoch: after five, tfjs itself would load another power of Adam's beta2 than it had.
const quiet = { verbose: 0, shuffle: false, batchSize: 5 } as const;
const options: PruneModelOptions = {
  schedule: linearRamp({ from: 0.3, to: 0.8, start: 0, end: 2 }),
  print: false,
};

function createCompiled(optimizer = 'adam') {
  const model = createForecaster();
  model.compile({ optimizer: OPTIMIZERS[optimizer]!(), loss: 'meanSquaredError' });
  return model;
}

async function fit(
  model: tf.LayersModel,
  callbacks: ReturnType<typeof pruneModel>['callback'],
  initialEpoch: number,
  epochs: number,
) {
  const { x, y } = createSamples();
  await model.fit(x, y, { ...quiet, initialEpoch, epochs, callbacks });
  tf.dispose([x, y]);
}

// tfjs itself cannot save Adamax.
const SAVABLE = Object.keys(OPTIMIZERS).filter((name) => name !== 'adamax');
const RUNS: readonly (readonly [TestBackend, string])[] = [
  ...SAVABLE.map((optimizer) => ['wasm', optimizer] as const),
  ['cpu', 'adam'],
  ['cpu', 'rmsprop'],
];

describe('a run saved, loaded and resumed', () => {
  it.each(RUNS)('goes on bit for bit as if never interrupted, on %s with %s', async (backend, optimizer) => {
    await useBackend(backend);
    const whole = createCompiled(optimizer);
    const wholePruning = pruneModel(whole, options);
    await fit(whole, wholePruning.callback, 0, 3);

    const first = createCompiled(optimizer);
    const firstPruning = pruneModel(first, options);
    await fit(first, firstPruning.callback, 0, 1);
    const memory = createMemory();
    await saveModel(first, firstPruning, memory.save, { includeOptimizer: true });
    firstPruning.dispose();
    first.dispose();

    const { model: second, saved } = await loadModel(memory.load());
    expect(saved.state.position).toBe(0);
    const secondPruning = pruneModel(second, options);
    await secondPruning.restore(saved);
    await fit(second, secondPruning.callback, 1, 3);

    expect(await weightBits(second)).toEqual(await weightBits(whole));
    expect((await secondPruning.pruner.save()).checksum).toBe((await wholePruning.pruner.save()).checksum);
    for (const pruning of [wholePruning, secondPruning]) pruning.dispose();
    for (const model of [whole, second]) model.dispose();
  });
});

describe('saveModel', () => {
  it('counts steps on across the interruption when masks follow the steps', async () => {
    await useBackend('wasm');
    const seen: number[] = [];
    const byStep: PruneModelOptions = {
      every: 4,
      print: false,
      schedule: (position) => {
        seen.push(position);
        return position / 100;
      },
    };
    const first = createCompiled();
    const pruning = pruneModel(first, byStep);
    await fit(first, pruning.callback, 0, 1);
    const memory = createMemory();
    await saveModel(first, pruning, memory.save, { includeOptimizer: true });
    const { model, saved } = await loadModel(memory.load());
    expect(saved.steps).toBe(5);
    const resumed = pruneModel(model, byStep);
    await resumed.restore(saved);
    await fit(model, resumed.callback, 0, 1);
    // Once more where it was saved, to see whether the schedule is the same.
    expect(seen).toEqual([0, 4, 4, 8]);
    for (const one of [pruning, resumed]) one.dispose();
    for (const one of [first, model]) one.dispose();
  });

  it('keeps the metadata of others, and leaves the model as it was', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    const pruning = pruneModel(model, options);
    await pruning.pruner.update(3);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    expect(model.getUserDefinedMetadata()).toBeUndefined();
    model.setUserDefinedMetadata({ author: 'someone' });
    await saveModel(model, pruning, memory.save);
    expect(model.getUserDefinedMetadata()).toEqual({ author: 'someone' });
    expect(Object.keys(memory.metadata()!)).toEqual(['author', 'synaprune']);
    const loaded = await loadModel(memory.load());
    expect(loaded.model.getUserDefinedMetadata()).toEqual({ author: 'someone' });
    pruning.dispose();
    for (const one of [model, loaded.model]) one.dispose();
  });

  it('writes a model that tf.loadLayersModel loads like any other', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    const pruning = pruneModel(model, options);
    await fit(model, pruning.callback, 0, 2);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    const plain = await tf.loadLayersModel(memory.load());
    expect(await weightBits(plain)).toEqual(await weightBits(model));
    pruning.dispose();
    for (const one of [model, plain]) one.dispose();
  });

  it('leaks nothing, not even the scalar that tfjs forgets', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    const pruning = pruneModel(model, options);
    await fit(model, pruning.callback, 0, 1);
    const memory = createMemory();
    const saving = await growth(async () => {
      await saveModel(model, pruning, memory.save, { includeOptimizer: true });
    });
    expect(saving).toEqual({ tensors: 0, bytes: 0 });
    const loading = await growth(async () => {
      const { model: loaded, saved } = await loadModel(memory.load());
      const resumed = pruneModel(loaded, options);
      await resumed.restore(saved);
      resumed.dispose();
      // A loaded model does not own its optimizer.
      loaded.optimizer.dispose();
      loaded.dispose();
    });
    expect(loading).toEqual({ tensors: 0, bytes: 0 });
    pruning.dispose();
    model.dispose();
  });
});

describe('saveModel', () => {
  it('refuses a second save of a model that is being saved, and leaves no trace', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    model.setUserDefinedMetadata({ author: 'someone' });
    const pruning = pruneModel(model, options);
    await pruning.pruner.update(1);
    const memory = createMemory();
    const first = saveModel(model, pruning, memory.save, { includeOptimizer: true });
    await expect(saveModel(model, pruning, memory.save)).rejects.toMatchObject({ code: 'busy' });
    await first;
    expect(model.getUserDefinedMetadata()).toEqual({ author: 'someone' });
    expect(Object.hasOwn(model.optimizer, 'getWeights')).toBe(false);
    const failing = tf.io.withSaveHandler(() => Promise.reject(new Error('disk full')));
    await expect(saveModel(model, pruning, failing)).rejects.toThrow('disk full');
    await saveModel(model, pruning, memory.save);
    pruning.dispose();
    model.dispose();
  });

  it('refuses the pruning of another model', async () => {
    await useBackend('wasm');
    const [model, other] = [createCompiled(), createCompiled()];
    const pruning = pruneModel(model, options);
    await expect(saveModel(other, pruning, createMemory().save)).rejects.toThrow(
      expect.objectContaining({ name: 'TypeError', message: expect.stringContaining(model.name) }),
    );
    pruning.dispose();
    for (const one of [model, other]) one.dispose();
  });
});

describe('loadModel', () => {
  it.each([
    ['betaPowers', [[1, 1], [null, null], ['a', 'b'], 'ab', 5, null, [0.5], [0.5, -0.1], [2, 3, 4], []]],
    ['steps', [-1, 1.5, 1e300, '3', null, undefined]],
    ['state', [null, 'x', undefined]],
  ] as const)('refuses damaged %s, and leaks neither model nor optimizer', async (field, values) => {
    await useBackend('wasm');
    const model = createCompiled();
    const pruning = pruneModel(model, options);
    await fit(model, pruning.callback, 0, 1);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save, { includeOptimizer: true });
    const saved = memory.metadata() as { readonly synaprune: object };
    for (const value of values) {
      const synaprune = JSON.parse(JSON.stringify({ ...saved.synaprune, [field]: value }));
      const damaged = memory.load({ synaprune });
      const grown = await growth(async () => {
        await expect(loadModel(damaged)).rejects.toMatchObject({
          code: 'state-corrupt',
          message: expect.stringContaining(field),
        });
      });
      expect(grown).toEqual({ tensors: 0, bytes: 0 });
    }
    pruning.dispose();
    model.dispose();
  });

  it('refuses powers for an optimizer that has none', async () => {
    await useBackend('wasm');
    const model = createCompiled('sgd');
    const pruning = pruneModel(model, options);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save, { includeOptimizer: true });
    const { synaprune } = memory.metadata() as { readonly synaprune: object };
    await expect(
      loadModel(memory.load({ synaprune: { ...synaprune, betaPowers: [0.5, 0.5] } })),
    ).rejects.toMatchObject({ code: 'state-corrupt' });
    pruning.dispose();
    model.dispose();
  });

  it('gives back the optimizer of a model without pruning', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    const { x, y } = createSamples();
    await model.trainOnBatch(x, y);
    const memory = createMemory();
    await model.save(memory.save, { includeOptimizer: true });
    const grown = await growth(async () => {
      await expect(loadModel(memory.load())).rejects.toMatchObject({ code: 'state-corrupt' });
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    tf.dispose([x, y]);
    model.dispose();
  });

  it('refuses a model without pruning, and leaks nothing', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    model.setUserDefinedMetadata({ author: 'someone' });
    const memory = createMemory();
    await model.save(memory.save);
    const grown = await growth(async () => {
      await expect(loadModel(memory.load())).rejects.toMatchObject({
        code: 'state-corrupt',
        message: expect.stringContaining('has "author"'),
      });
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    model.dispose();
  });

  it('gives a state that restore refuses when it does not fit', async () => {
    await useBackend('wasm');
    const model = createCompiled();
    const pruning = pruneModel(model, options);
    await pruning.pruner.update(5);
    const memory = createMemory();
    await saveModel(model, pruning, memory.save, { includeOptimizer: true });
    const { model: loaded, saved } = await loadModel(memory.load());
    const other = pruneModel(loaded, { ...options, select: { exclude: ['out/kernel'] } });
    await expect(other.restore(saved)).rejects.toMatchObject({ code: 'state-mismatch' });
    await expect(other.restore({ ...saved, steps: -1 })).rejects.toMatchObject({ code: 'state-corrupt' });
    await expect(
      other.restore({ ...saved, state: { ...saved.state, version: 3 as 2 } }),
    ).rejects.toMatchObject({
      code: 'state-version',
    });
    for (const one of [pruning, other]) one.dispose();
    for (const one of [model, loaded]) one.dispose();
  });
});
