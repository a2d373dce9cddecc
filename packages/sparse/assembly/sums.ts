/*
 * The sums of one sample, in the order in which their rows are packed. A unit is `1 << shift` rows; `places` says where
 * each stands.
 */

/** Where a row stands among the sums. */
@inline
export function placeOf(places: usize, shift: u32, row: u32): usize {
  const place: usize = load<u32>(places + ((<usize>(row >> shift)) << 2));
  return (place << shift) + (row & ((1 << shift) - 1));
}

/** What they start from. */
export function start(places: usize, shift: u32, rows: u32, units: u32, bias: usize, sums: usize): void {
  memory.fill(sums, 0, (<usize>units) << (shift + 2));
  if (bias == 0) return;
  for (let row: u32 = 0; row < rows; row++) {
    store<f32>(sums + (placeOf(places, shift, row) << 2), load<f32>(bias + ((<usize>row) << 2)));
  }
}

/** What they come to, clamped; NaN stays. */
export function finish(
  places: usize,
  shift: u32,
  rows: u32,
  low: f32,
  high: f32,
  sums: usize,
  out: usize,
): void {
  for (let row: u32 = 0; row < rows; row++) {
    let sum = load<f32>(sums + (placeOf(places, shift, row) << 2));
    if (sum < low) sum = low;
    if (high < sum) sum = high;
    store<f32>(out + ((<usize>row) << 2), sum);
  }
}
