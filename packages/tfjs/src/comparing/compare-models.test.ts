import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { tensorOf } from '../testing/models.js';
import { growth, useBackend } from '../testing/use-backend.js';
import { compareModels } from './compare-models.js';

const { layers } = tf;

beforeAll(async () => {
  await useBackend('cpu');
});

const classifier = (seed: number): tf.LayersModel => {
  const model = tf.sequential({
    layers: [layers.dense({ units: 4, activation: 'softmax', inputShape: [3] })],
  });
  tf.tidy(() => model.setWeights([tensorOf(seed, [3, 4]), tf.zeros([4])]));
  return model;
};

describe('compareModels', () => {
  it('finds a model to answer as itself, and leaves nothing behind', async () => {
    const model = classifier(1);
    const inputs = tensorOf(2, [9, 3]);
    const once = async () => {
      const compared = await compareModels(model, model, { inputs });
      expect(compared).toMatchObject({ agreement: 1, sameSamples: 1, samples: 9, notices: [] });
      expect(compared.before.bytes).toBe(compared.after.bytes);
    };
    await once();
    expect(await growth(once)).toMatchObject({ tensors: 0, bytes: 0 });
  });

  it('counts samples that get another class', async () => {
    const inputs = tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1], [3, 3]);
    const [before, after] = [classifier(1), classifier(1)];
    const classes = [
      [9, 0, 0, 0],
      [0, 9, 0, 0],
      [0, 0, 9, 0],
    ];
    before.setWeights([tf.tensor2d(classes), tf.zeros([4])]);
    after.setWeights([tf.tensor2d([...classes.slice(0, 2), [0, 0, 0, 9]]), tf.zeros([4])]);
    const compared = await compareModels(before, after, { inputs });
    expect(compared.sameSamples).toBeCloseTo(2 / 3, 12);
    expect(compared.outputs[0]).toMatchObject({ kind: 'classes' });
  });

  it('says which lengths it made up where it had noise to go by', async () => {
    const open = tf.sequential({
      layers: [
        layers.conv2d({
          filters: 2,
          kernelSize: 3,
          strides: 32,
          inputShape: [null, null, 1],
          name: 'picture',
        }),
        layers.globalAveragePooling2d({}),
      ],
    });
    const { notices } = await compareModels(open, open);
    expect(notices).toEqual([
      { code: 'noise-inputs', message: expect.stringContaining('made up (picture_input of [224, 224, 1])') },
    ]);
    const { notices: closed } = await compareModels(classifier(1), classifier(1));
    expect(closed[0]!.message).not.toContain('made up');
  });

  it('refuses models of other inputs, and what is none', async () => {
    const x = [tf.input({ shape: [3] }), tf.input({ shape: [3] })];
    const two = tf.model({ inputs: x, outputs: layers.add().apply(x) as tf.SymbolicTensor });
    await expect(compareModels(classifier(1), two)).rejects.toMatchObject({ code: 'answer-mismatch' });
    await expect(compareModels(classifier(1), Promise.resolve() as never)).rejects.toThrow('await it first');
  });
});
