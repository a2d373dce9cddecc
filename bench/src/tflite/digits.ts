import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';
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
  const require = createRequire(import.meta.url);
  const sets: { readonly digit: number; readonly pixels: readonly number[] }[][] = [[], []];
  for (let digit = 0; digit < 10; digit += 1) {
    const file = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(readFileSync(file, 'utf8')) as { readonly data: readonly number[] };
    const count = data.length / DRAWN ** 2;
    for (let i = 0; i < count; i += 1) {
      const pixels = data.slice(i * DRAWN ** 2, (i + 1) * DRAWN ** 2);
      sets[i < Math.floor(0.8 * count) ? 0 : 1]!.push({ digit, pixels });
    }
  }
  const [train, test] = sets.map((set, i) => {
    const chosen = shuffled(set.length, i + 1).slice(0, most);
    const images = new Float32Array(chosen.length * EDGE ** 2 * 3).fill(-MEAN / DEVIATION);
    for (const [at, from] of chosen.entries()) {
      for (const [pixel, ink] of set[from]!.pixels.entries()) {
        const [row, column] = [Math.floor(pixel / DRAWN), pixel % DRAWN];
        const place = 3 * ((at * EDGE + row) * EDGE + column);
        images.fill((ink - MEAN) / DEVIATION, place, place + 3);
      }
    }
    const shown = chosen.map((from) => set[from]!.digit);
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
