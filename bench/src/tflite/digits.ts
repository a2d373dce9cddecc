import * as tf from '@tensorflow/tfjs';
import { PIXELS, readDigitImages } from '../digit-images.js';
import { createRandom } from '../randoms.js';

/** Images `[count, 29, 29, 3]` and what they show, `[count, 10]` of ones and zeros. */
export interface Digits {
  readonly count: number;
  readonly images: tf.Tensor4D;
  readonly labels: tf.Tensor2D;
  /** What they show, as numbers. */
  readonly shown: readonly number[];
}

/** Edge of an image of the package `mnist`. */
const DRAWN = 28;
/** Edge of an image here: odd, so that no padding is asymmetric. */
export const EDGE: number = DRAWN + 1;

/** Mean and deviation of all pixels. */
const [MEAN, DEVIATION] = [0.13, 0.31];

/**
 * Handwritten digits of the package `mnist`, a row and a column of paper added, in three equal channels: of each class the
 * first four fifths to train on and the rest to test on, in an order by chance that is always the same.
 *
 * @param most images of a set, at most
 */
export function readDigits(most: number): { readonly train: Digits; readonly test: Digits } {
  const sets = readDigitImages();
  const [train, test] = [sets.train, sets.test].map(({ pixels, labels }, i) => {
    const chosen = shuffled(labels.length, i + 1).slice(0, most);
    const images = new Float32Array(chosen.length * EDGE ** 2 * 3).fill(-MEAN / DEVIATION);
    for (const [at, from] of chosen.entries()) {
      for (const [pixel, ink] of pixels.subarray(from * PIXELS, (from + 1) * PIXELS).entries()) {
        const [row, column] = [Math.floor(pixel / DRAWN), pixel % DRAWN];
        const place = 3 * ((at * EDGE + row) * EDGE + column);
        images.fill((ink - MEAN) / DEVIATION, place, place + 3);
      }
    }
    const shown = chosen.map((from) => labels[from]!);
    return {
      count: chosen.length,
      images: tf.tensor4d(images, [chosen.length, EDGE, EDGE, 3]),
      labels: tf.oneHot(tf.tensor1d(shown, 'int32'), 10).toFloat() as tf.Tensor2D,
      shown,
    };
  });
  return { train: train!, test: test! };
}

/** The numbers under `count`, in an order by chance. */
export function shuffled(count: number, seed: number): number[] {
  const random = createRandom(seed);
  const keys = Float64Array.from({ length: count }, random);
  return Array.from({ length: count }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
}
