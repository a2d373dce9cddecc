import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as tf from '@tensorflow/tfjs';

const require = createRequire(import.meta.url);

export const PIXELS = 784;

/** Handwritten digits, a row of pixels in [0, 1] each, and what they are. */
export interface DigitImages {
  readonly pixels: Float64Array;
  readonly labels: Uint8Array;
}

/** The 10,000 digits of the package `mnist` as the page splits them: of each class the last fifth is to test on. */
export function readDigitImages(): { readonly train: DigitImages; readonly test: DigitImages } {
  const classes = Array.from({ length: 10 }, (_, digit) => {
    const path = require.resolve(`mnist/src/digits/${digit}.json`);
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as { readonly data: readonly number[] };
    const cut = PIXELS * Math.floor((0.8 * data.length) / PIXELS);
    return [data.slice(0, cut), data.slice(cut)] as const;
  });
  const join = (parts: readonly (readonly number[])[]): DigitImages => ({
    pixels: Float64Array.from(parts.flat()),
    labels: Uint8Array.from(
      parts.flatMap(({ length }, digit) => new Array<number>(length / PIXELS).fill(digit)),
    ),
  });
  return { train: join(classes.map(([first]) => first)), test: join(classes.map(([, last]) => last)) };
}

/** Some of the images, as a batch. */
export function imagesAt({ pixels }: DigitImages, indices: ArrayLike<number>): tf.Tensor2D {
  const rows = new Float32Array(indices.length * PIXELS);
  for (let row = 0; row < indices.length; row += 1) {
    const at = indices[row]! * PIXELS;
    rows.set(pixels.subarray(at, at + PIXELS), row * PIXELS);
  }
  return tf.tensor2d(rows, [indices.length, PIXELS]);
}
