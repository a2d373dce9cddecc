import { type DigitSet, readDigits } from './digits';
import { fetchBytes } from './fetch-bytes';

let loading: Promise<{ readonly train: DigitSet; readonly test: DigitSet }> | null = null;

/** The digits, fetched once; fetched again where that failed. */
export function loadDigits(): Promise<{ readonly train: DigitSet; readonly test: DigitSet }> {
  loading ??= fetchBytes('data/digits.bin').then(readDigits);
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/** One image of a set, in [0, 1]. */
export function imageOf({ pixels }: DigitSet, index: number): Float32Array {
  const size = 28 * 28;
  return Float32Array.from(pixels.subarray(index * size, (index + 1) * size), (value) => value / 255);
}
