import * as tf from '@tensorflow/tfjs';
import { beforeEach, describe, expect, it } from 'vitest';
import { constantSparsity, loadModel, loadPlainModel, pruneModel, saveModel } from '../index.js';
import { createMemory } from '../testing/memory.js';
import { countZeros, createDense, quiet, tensorOf } from '../testing/models.js';
import { growth, useBackend } from '../testing/use-backend.js';
import { quantizeArtifacts } from './quantize.js';

const options = { schedule: constantSparsity(0.5), print: false } as const;

interface SavedMetadata {
  readonly synaprune: { readonly state: { readonly weights: readonly { readonly mask?: string }[] } };
}

beforeEach(() => useBackend('wasm'));

/** A model under pruning, after two steps. */
async function createPruned(optimizer = 'adam') {
  const model = createDense(optimizer, 'out');
  const pruning = pruneModel(model, options);
  const x = tensorOf(101, [32, 10]);
  await model.fit(x, x, { ...quiet, epochs: 2, callbacks: pruning.callback });
  x.dispose();
  const dispose = () => {
    pruning.dispose();
    model.optimizer.dispose();
    model.dispose();
  };
  return { model, pruning, dispose };
}

describe('masks in a file', () => {
  it('are left to the zeros, and come back the same to the bit', async () => {
    const { model, pruning, dispose } = await createPruned();
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    const { synaprune } = memory.metadata() as unknown as SavedMetadata;
    expect(synaprune.state.weights.map((weight) => 'mask' in weight)).toEqual([false]);
    const loaded = await loadModel(memory.load());
    expect(loaded.saved.state).toEqual((await pruning.save()).state);
    loaded.model.dispose();
    dispose();
  });

  it('are written when asked for', async () => {
    const { model, pruning, dispose } = await createPruned();
    const memory = createMemory();
    await saveModel(model, pruning, memory.save, { masks: true });
    const { synaprune } = memory.metadata() as unknown as SavedMetadata;
    expect(synaprune.state).toEqual((await pruning.save()).state);
    const loaded = await loadModel(memory.load());
    expect(loaded.saved.state).toEqual(synaprune.state);
    loaded.model.dispose();
    dispose();
  });

  it('are written where a kept element is zero by itself', async () => {
    const { model, pruning, dispose } = await createPruned();
    tf.tidy(() => model.setWeights([tf.zeros([10, 10]), tf.zeros([10])]));
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    const loaded = await loadModel(memory.load());
    expect(loaded.saved.state).toEqual((await pruning.save()).state);
    loaded.model.dispose();
    dispose();
  });

  it('are refused when the weights beside them have changed, with a way to go on', async () => {
    const { model, pruning, dispose } = await createPruned();
    const memory = createMemory();
    await saveModel(model, pruning, memory.save);
    const { weightData, ...rest } = memory.artifacts();
    const values = new Float32Array(tf.io.CompositeArrayBuffer.join(weightData).slice(0));
    values.fill(1, 0, 100);
    const grown = await growth(async () => {
      await expect(
        loadModel(tf.io.fromMemory({ ...rest, weightData: values.buffer as ArrayBuffer })),
      ).rejects.toMatchObject({
        code: 'state-mismatch',
        message: expect.stringMatching(
          /"out\/kernel" has 100 elements that are not zero, and had 50.*keepZeros: true/,
        ),
      });
    });
    expect(grown).toEqual({ tensors: 0, bytes: 0 });
    dispose();
  });
});

describe('a quantised file', () => {
  // 110 weights of 1 or 2 bytes instead of 4.
  it.each([
    ['uint8', 110],
    ['uint16', 220],
    ['float16', 220],
  ] as const)('of %s has exactly the zeros of the masks, and goes on from there', async (quantize, bytes) => {
    const { model, pruning, dispose } = await createPruned();
    const memory = createMemory();
    const { notices } = await saveModel(model, pruning, memory.save, { quantize });
    expect(notices).toEqual([]);
    expect(memory.weightBytes()).toBe(bytes);
    const { model: loaded, saved } = await loadModel(memory.load());
    expect(await countZeros(loaded)).toEqual([50]);
    expect(saved.state).toEqual((await pruning.save()).state);
    const worst = tf.tidy(
      () => model.getWeights()[0]!.sub(loaded.getWeights()[0]!).abs().max().dataSync()[0]!,
    );
    expect(worst).toBeLessThan(quantize === 'uint8' ? 2.5 / 255 : 2.5 / 2048);
    loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const resumed = pruneModel(loaded, options);
    await resumed.restore(saved);
    expect((await resumed.pruner.report()).total).toMatchObject({ dropped: 50, zeros: 50 });
    resumed.dispose();
    loaded.optimizer.dispose();
    loaded.dispose();
    dispose();
  });

  it('is not made larger by loading, training and saving, and says that it was rounded', async () => {
    const { model, pruning, dispose } = await createPruned();
    const memory = createMemory();
    await saveModel(model, pruning, memory.save, { quantize: 'uint8' });
    const { model: loaded, saved } = await loadModel(memory.load());
    loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const resumed = pruneModel(loaded, options);
    await resumed.restore(saved);
    const x = tensorOf(101, [32, 10]);
    await loaded.fit(x, x, { ...quiet, epochs: 1, callbacks: resumed.callback });
    const again = createMemory();
    const { notices } = await saveModel(loaded, resumed, again.save);
    expect(notices.map(({ code }) => code)).toEqual(['quantized-as-loaded']);
    expect(again.weightBytes()).toBe(110);
    const floats = createMemory();
    expect((await saveModel(loaded, resumed, floats.save, { quantize: false })).notices).toEqual([]);
    expect(floats.weightBytes()).toBe(440);
    resumed.dispose();
    loaded.optimizer.dispose();
    loaded.dispose();
    x.dispose();
    dispose();
  });

  it('that has no pruning in it yet is not made larger either', async () => {
    const memory = createMemory();
    const { model: dense, dispose } = await createPruned();
    await dense.save(memory.save);
    dispose();
    const { artifacts } = quantizeArtifacts(memory.artifacts(), (name) =>
      name.endsWith('bias') ? undefined : 'uint16',
    );
    const model = await loadPlainModel(tf.io.fromMemory(artifacts));
    model.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    const pruning = pruneModel(model, { ...options, schedule: constantSparsity(0.7) });
    await pruning.pruner.update(0);
    const { notices } = await saveModel(model, pruning, memory.save);
    expect(notices.map(({ code }) => code)).toEqual(['quantized-as-loaded']);
    expect(memory.weightBytes()).toBe(200 + 40);
    const { model: loaded } = await loadModel(memory.load());
    expect(await countZeros(loaded)).toEqual([70]);
    pruning.dispose();
    model.optimizer.dispose();
    for (const one of [model, loaded]) one.dispose();
  });

  it('keeps its optimizer in full, and a weight that fewer bits cannot hold', async () => {
    const { model, pruning, dispose } = await createPruned('adam');
    tf.tidy(() => model.setWeights([tensorOf(1, [10, 10]), tf.fill([10], Number.POSITIVE_INFINITY)]));
    const memory = createMemory();
    const { notices } = await saveModel(model, pruning, memory.save, {
      quantize: 'uint8',
      includeOptimizer: true,
    });
    expect(notices.map(({ code, weights }) => [code, weights])).toEqual([
      ['dropped-not-zero', ['out/kernel']],
      ['not-quantized', ['out/bias']],
    ]);
    // The kernel; the bias and the two moments of both in full; the count of steps.
    expect(memory.weightBytes()).toBe(100 + 40 + 2 * 440 + 4);
    const { model: loaded } = await loadModel(memory.load());
    loaded.optimizer.dispose();
    loaded.dispose();
    dispose();
  });
});
