// @ts-check
import { table } from './part.mjs';

/** @typedef {typeof import('@tensorflow/tfjs')} Tfjs */

/**
 * What the device does with odd numbers. Nothing here must be one way or the other: the masks are the same
 * either way, and the kit has checked that.
 *
 * @param {Tfjs} tf
 * @param {number} large elements of the large tensor
 * @returns {import('./part.mjs').Part}
 */
export function numericsPart(tf, large) {
  const rows = [
    ...[4, large].map((size) => [
      `subnormal numbers in ${size} elements that exceed zero`,
      `${above(tf, size)}`,
    ]),
    ['subnormal numbers that a selection keeps', keeps(tf, 1) ? 'yes' : 'no'],
    ['NaN payloads that a selection keeps', keeps(tf, 0x7fc12345) ? 'yes' : 'no'],
    ['2²⁴ + 3 ones add up in float32 to', `2²⁴ + ${sumOfOnes(tf) - 2 ** 24}`],
  ];
  return { title: 'What the device does', lines: table(['', ''], rows), passed: 0, failed: 0, skipped: 0 };
}

/** @param {Tfjs} tf */
function sumOfOnes(tf) {
  const [sum] = tf.tidy(() =>
    tf
      .fill([2 ** 24 + 3], 1)
      .sum()
      .dataSync(),
  );
  return Number(sum);
}

/** @param {Tfjs} tf @param {number} size */
function above(tf, size) {
  return tf.tidy(() => {
    const tiny = tf.tensor1d(new Float32Array(size).fill(1e-40));
    return tf.greater(tiny, 0).cast('float32').sum().dataSync()[0];
  });
}

/** @param {Tfjs} tf @param {number} bits */
function keeps(tf, bits) {
  const values = new Float32Array(Uint32Array.of(bits, bits).buffer);
  const kept = tf.tidy(() => {
    const tensor = tf.tensor1d(values);
    return tf.where(tf.tensor1d([1, 0], 'bool'), tensor, tf.zerosLike(tensor)).dataSync();
  });
  return new Uint32Array(kept.slice().buffer)[0] === bits;
}
