import * as tf from '@tensorflow/tfjs';
import { describe, expect, it } from 'vitest';
import { linearRamp, loadModel, pruneModel } from '../index.js';
import { createMemory } from '../testing/memory.js';
import { useBackend } from '../testing/use-backend.js';

/** What saveModel put beside a model before patterns and regrowth: state version 1, which said scope. */
const PROGRESS = {
  state: {
    format: 'synaprune-pruner',
    version: 1,
    rule: 'exact',
    scope: 'per-weight',
    pattern: { kind: 'element' },
    score: { kind: 'magnitude' },
    floor: 0,
    position: 3,
    target: 0.4375,
    weights: [{ name: 'head/kernel', shape: [2, 4], kept: 5 }],
    checksum: '933b5b59',
  },
  steps: 7,
  left: [{ name: 'base/kernel', index: 0, shape: [4, 2], kept: 5, mask: '+A==' }],
};
const WITH_MASKS = {
  ...PROGRESS,
  state: { ...PROGRESS.state, weights: [{ ...PROGRESS.state.weights[0], mask: 'Hw==' }] },
};

async function load(progress: object) {
  await useBackend('cpu');
  const model = tf.sequential({
    layers: [
      tf.layers.dense({ name: 'base', units: 2, inputShape: [4], useBias: false, trainable: false }),
      tf.layers.dense({ name: 'head', units: 4, useBias: false }),
    ],
  });
  tf.tidy(() =>
    model.setWeights([
      tf.tensor([8, -7, 6, -5, 4, 0, 0, 0], [2, 4]),
      tf.tensor([0, 0, 0, -4, 5, -6, 7, -8], [4, 2]),
    ]),
  );
  const memory = createMemory();
  await model.save(memory.save);
  model.dispose();
  const { model: loaded, saved } = await loadModel(memory.load({ synaprune: progress }));
  loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return { loaded, saved };
}

describe('a model saved with a state of version 1', () => {
  it.each([
    ['zeros that tell the masks', PROGRESS],
    ['masks of its own', WITH_MASKS],
  ])('and %s is gone on with', async (_, progress) => {
    const { loaded, saved } = await load(progress);
    const pruning = pruneModel(loaded, {
      schedule: linearRamp({ from: 0.25, to: 0.5, start: 0, end: 4 }),
      distribution: 'uniform',
      print: false,
    });
    await pruning.restore(saved);
    expect(pruning.steps()).toBe(7);
    expect((await pruning.masks()).map(({ name, kept, bits }) => [name, kept, [...bits]])).toEqual([
      ['head/kernel', 5, [0b00011111]],
    ]);
    expect((await pruning.pruner.report()).position).toBe(3);
    loaded.getLayer('base').trainable = true;
    loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await pruning.pruner.update(4);
    // What had left comes back with its mask, and both are pruned to a half.
    expect((await pruning.masks()).map(({ name, bits }) => [name, [...bits]])).toEqual([
      ['base/kernel', [0b11110000]],
      ['head/kernel', [0b00001111]],
    ]);
    const { state } = await pruning.save();
    expect(state).toMatchObject({ version: 2, distribution: 'uniform', position: 4, target: 0.5 });
    pruning.dispose();
    loaded.optimizer.dispose();
    loaded.dispose();
  });

  it('is not gone on with under another distribution', async () => {
    const { loaded, saved } = await load(PROGRESS);
    const pruning = pruneModel(loaded, { schedule: () => 0.5, print: false });
    await expect(pruning.restore(saved)).rejects.toMatchObject({ code: 'state-mismatch' });
    expect(pruning.steps()).toBe(0);
    pruning.dispose();
    loaded.optimizer.dispose();
    loaded.dispose();
  });
});
