import { type DigitSet, readDigits, SIDE } from './digits';
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

const PIXELS = SIDE * SIDE;

/** One image of a set, in [0, 1]. */
export function imageOf(set: DigitSet, index: number): Float32Array {
  return imagesOf(set, Int32Array.of(index));
}

/** Images of a set, one after the other, in [0, 1]. */
export function imagesOf({ pixels }: DigitSet, indices: Int32Array): Float32Array {
  const values = new Float32Array(indices.length * PIXELS);
  for (let row = 0; row < indices.length; row += 1) {
    const [to, from] = [row * PIXELS, indices[row]! * PIXELS];
    for (let i = 0; i < PIXELS; i += 1) values[to + i] = pixels[from + i]! / 255;
  }
  return values;
}
