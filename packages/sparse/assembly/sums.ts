/*
 * The sums of one sample, in the order in which their rows are packed.
 */
import { placeOf, sumsOf, Weights } from './weights';

/** What they start from: a number for each row at `from`, or 0 where that is 0. */
export function start(w: Weights, from: usize, sums: usize): void {
  if (from == 0) {
    memory.fill(sums, 0, (<usize>sumsOf(w)) << 2);
    return;
  }
  for (let row: u32 = 0; row < w.rows; row++) {
    store<f32>(sums + (placeOf(w, row) << 2), load<f32>(from + ((<usize>row) << 2)));
  }
}

/** What so many of them come to, from a row on, clamped; NaN stays. */
export function finish(w: Weights, first: u32, count: u32, low: f32, high: f32, sums: usize, out: usize): void {
  for (let row: u32 = 0; row < count; row++) {
    let sum = load<f32>(sums + (placeOf(w, first + row) << 2));
    if (sum < low) sum = low;
    if (high < sum) sum = high;
    store<f32>(out + ((<usize>row) << 2), sum);
  }
}
