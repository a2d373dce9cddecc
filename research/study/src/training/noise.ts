import { createRandom } from '@synaprune/examples-kit/random';

/** Fills arrays with dropout masks that repeat for the same seed, on every machine. */
export interface Noise {
  /** For how many rows of windows a mask is, at most. */
  readonly rows: number;
  /** `1 / (1 − rate)` with probability `1 − rate`, else 0, independently for every element. */
  fill(mask: Float32Array): void;
  /** Goes on at another rate, in [0, 1). */
  setRate(rate: number): void;
}

/**
 * Dropout masks of a rate in [0, 1): xoshiro128** on whole numbers, each compared with a threshold. A transformer
 * takes a million of them a step, so the state stays in local variables and nothing is divided.
 *
 * @param label keeps the streams of one seed apart: training, validation, every evaluation
 * @see https://prng.di.unimi.it/
 */
export function createNoise(seed: number, label: string, rate: number): Noise {
  const random = createRandom(seed, label);
  const word = () => (random.uniform() * 2 ** 32) | 0;
  let [a, b, c, d] = [word(), word(), word(), word()];
  let [scale, threshold] = [0, 0];
  const setRate = (next: number): void => {
    scale = Math.fround(1 / (1 - next));
    // Signed, as the words are: the share of words below it is the rate, to 2⁻³².
    threshold = Math.round(next * 2 ** 32) - 2 ** 31;
  };
  setRate(rate);
  return {
    rows: Number.POSITIVE_INFINITY,
    setRate,
    fill(mask) {
      let [w, x, y, z] = [a, b, c, d];
      for (let i = 0; i < mask.length; i += 1) {
        const five = Math.imul(x, 5);
        const drawn = Math.imul((five << 7) | (five >>> 25), 9);
        const shifted = x << 9;
        y ^= w;
        z ^= x;
        x ^= y;
        w ^= z;
        y ^= shifted;
        z = (z << 11) | (z >>> 21);
        mask[i] = drawn < threshold ? 0 : scale;
      }
      [a, b, c, d] = [w, x, y, z];
    },
  };
}
