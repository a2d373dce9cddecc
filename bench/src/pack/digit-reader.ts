import { polynomialDecay } from '@synaprune/core';
import { createRandom, shuffled } from '@synaprune/examples-kit/random';
import { pruneModel } from '@synaprune/tfjs';
import * as tf from '@tensorflow/tfjs';
import { type DigitImages, imagesAt, PIXELS } from '../digit-images.js';

const BATCH = 64;

/** Steps between two updates of the masks. */
const EVERY = 15;

/** The page's reader of digits, untrained. */
function makeReader(seed: number): tf.LayersModel {
  const dense = (units: number, activation: 'relu' | 'softmax', offset: number, inputShape?: number[]) =>
    tf.layers.dense({
      units,
      activation,
      kernelInitializer: tf.initializers.glorotUniform({ seed: seed + offset }),
      ...(inputShape === undefined ? {} : { inputShape }),
    });
  const model = tf.sequential({
    layers: [dense(128, 'relu', 1, [PIXELS]), dense(64, 'relu', 2), dense(10, 'softmax', 3)],
  });
  model.compile({ optimizer: tf.train.adam(0.002), loss: 'categoricalCrossentropy' });
  return model;
}

/**
 * Trains a reader as the page does, and prunes it meanwhile: dense for three tenths of the steps, then along Zhu and
 * Gupta's curve for half of them, then on with what is left. The same for the same seed.
 *
 * @param sparsity at the end; 0 to train a dense one
 */
export async function trainReader(
  images: DigitImages,
  { seed, sparsity, steps }: { readonly seed: number; readonly sparsity: number; readonly steps: number },
): Promise<tf.LayersModel> {
  const model = makeReader(seed);
  const schedule = polynomialDecay({
    from: 0,
    to: sparsity,
    start: Math.floor(0.3 * steps),
    end: Math.floor(0.8 * steps),
  });
  const pruning = pruneModel(model, { schedule, every: EVERY, print: false });
  const perEpoch = Math.floor(images.labels.length / BATCH);
  let order: Int32Array = new Int32Array(0);
  for (let step = 0; step < steps; step += 1) {
    const at = step % perEpoch;
    if (at === 0) order = shuffled(images.labels.length, createRandom(seed, `epoch ${step / perEpoch}`));
    if (step % EVERY === 0) await pruning.pruner.update(step);
    const indices = order.subarray(at * BATCH, (at + 1) * BATCH);
    const inputs = imagesAt(images, indices);
    const targets = tf.tidy(() =>
      tf
        .oneHot(
          indices.map((i) => images.labels[i]!),
          10,
        )
        .toFloat(),
    );
    await model.trainOnBatch(inputs, targets);
    tf.dispose([inputs, targets]);
  }
  await pruning.pruner.update(steps);
  pruning.dispose();
  return model;
}

/** The fraction of images that a reader reads right. */
export function accuracyOf(model: tf.LayersModel, images: DigitImages): number {
  const { labels } = images;
  const scores = tf.tidy(() => {
    const all = Int32Array.from(labels, (_, i) => i);
    return (model.predict(imagesAt(images, all)) as tf.Tensor).dataSync();
  });
  let right = 0;
  for (const [i, label] of labels.entries()) {
    const own = scores.subarray(10 * i, 10 * i + 10);
    if (own.indexOf(Math.max(...own)) === label) right += 1;
  }
  return right / labels.length;
}
