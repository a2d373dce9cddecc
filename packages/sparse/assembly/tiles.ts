/*
 * A tile is so many samples side by side: `[inputs, width]` before a product, `[units, width]` after it, with the rows in
 * the order in which they are packed. Width is a power of two and a multiple of four.
 */
import { placeOf, sumsOf, Weights } from './weights';

/** Widths: where there are so many samples, and where there are fewer. */
export const WIDE: u32 = 32;
export const NARROW: u32 = 8;
export const SLIM: u32 = 4;

/**
 * How many samples go side by side where so many are left: what is fastest, 1 where that is one sample after the other. Blocks
 * read a column for many products, so that a sample alone is cheap with them.
 */
export function widthOf(shift: u32, samples: u32): u32 {
  if (shift == 0) return samples >= WIDE ? WIDE : samples > SLIM ? NARROW : samples > 1 ? SLIM : 1;
  return samples > SLIM + 1 ? NARROW : samples > (shift == 2 ? 2 : 3) ? SLIM : 1;
}

/** Four numbers each of four samples, as four samples each of four inputs. */
@inline
export function turn(a: v128, b: v128, c: v128, d: v128, to: usize, next: usize): void {
  const ab = v128.shuffle<u32>(a, b, 0, 4, 1, 5),
    cd = v128.shuffle<u32>(c, d, 0, 4, 1, 5);
  const ef = v128.shuffle<u32>(a, b, 2, 6, 3, 7),
    gh = v128.shuffle<u32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<u64>(ab, cd, 0, 2));
  v128.store(to + next, v128.shuffle<u64>(ab, cd, 1, 3));
  v128.store(to + 2 * next, v128.shuffle<u64>(ef, gh, 0, 2));
  v128.store(to + 3 * next, v128.shuffle<u64>(ef, gh, 1, 3));
}

/** `[count, length]`, a sample every `stride` bytes, to `[length, width]`; samples that are not there are 0. */
export function turnIn(from: usize, count: u32, length: u32, stride: usize, width: u32, to: usize): void {
  const next: usize = (<usize>width) << 2;
  const even = length & ~3;
  let s: u32 = 0;
  for (; s + 4 <= count; s += 4) {
    let f = from + s * stride,
      t = to + ((<usize>s) << 2);
    for (let k: u32 = 0; k < even; k += 4) {
      turn(
        v128.load(f),
        v128.load(f + stride),
        v128.load(f + 2 * stride),
        v128.load(f + 3 * stride),
        t,
        next,
      );
      f += 16;
      t += next << 2;
    }
    for (let k = even; k < length; k++) {
      for (let i: usize = 0; i < 4; i++) store<f32>(t + (i << 2), load<f32>(f + i * stride));
      f += 4;
      t += next;
    }
  }
  for (; s < width; s++) {
    let f = from + s * stride,
      t = to + ((<usize>s) << 2);
    for (let k: u32 = 0; k < length; k++) {
      store<f32>(t, s < count ? load<f32>(f) : 0);
      f += 4;
      t += next;
    }
  }
}

/** What sums start from: a number for each row at `bias`, the same of every sample, or 0 where that is 0. */
export function startTile(w: Weights, width: u32, bias: usize, sums: usize): void {
  const next: usize = (<usize>width) << 2;
  if (bias == 0) {
    memory.fill(sums, 0, sumsOf(w) * next);
    return;
  }
  for (let row: u32 = 0; row < w.rows; row++) {
    const start = v128.load32_splat(bias + ((<usize>row) << 2));
    const at = sums + placeOf(w, row) * next;
    for (let s: usize = 0; s < next; s += 16) v128.store(at + s, start);
  }
}

/** Sums that go on from those of other weights, from a row of theirs on. */
export function carryOn(from: Weights, first: u32, given: usize, w: Weights, width: u32, sums: usize): void {
  const next: usize = (<usize>width) << 2;
  for (let row: u32 = 0; row < w.rows; row++) {
    const source = given + placeOf(from, first + row) * next,
      at = sums + placeOf(w, row) * next;
    for (let s: usize = 0; s < next; s += 16) v128.store(at + s, v128.load(source + s));
  }
}

/** Where a row stands: in the order of some weights, or in its own where there are none. */
@inline
function standOf(w: Weights, row: u32): usize {
  return changetype<usize>(w) == 0 ? row : placeOf(w, row);
}

/** The sums of a tile, clamped, to `[count, rows]`, a sample every `stride` bytes. */
export function turnOut(
  w: Weights,
  rows: u32,
  width: u32,
  count: u32,
  low: f32,
  high: f32,
  sums: usize,
  stride: usize,
  to: usize,
): void {
  const next: usize = (<usize>width) << 2;
  const least = f32x4.splat(low),
    most = f32x4.splat(high);
  let row: u32 = 0;
  for (; row + 4 <= rows; row += 4) {
    const a = sums + standOf(w, row) * next,
      b = sums + standOf(w, row + 1) * next,
      c = sums + standOf(w, row + 2) * next,
      d = sums + standOf(w, row + 3) * next;
    let t = to + ((<usize>row) << 2);
    let s: u32 = 0;
    for (; s + 4 <= count; s += 4) {
      const at: usize = (<usize>s) << 2;
      turn(
        f32x4.pmin(f32x4.pmax(v128.load(a + at), least), most),
        f32x4.pmin(f32x4.pmax(v128.load(b + at), least), most),
        f32x4.pmin(f32x4.pmax(v128.load(c + at), least), most),
        f32x4.pmin(f32x4.pmax(v128.load(d + at), least), most),
        t,
        stride,
      );
      t += stride << 2;
    }
    for (; s < count; s++) {
      const at: usize = (<usize>s) << 2;
      let four = v128.load32_zero(a + at);
      four = v128.load32_lane(b + at, four, 1);
      four = v128.load32_lane(c + at, four, 2);
      four = v128.load32_lane(d + at, four, 3);
      v128.store(t, f32x4.pmin(f32x4.pmax(four, least), most));
      t += stride;
    }
  }
  for (; row < rows; row++) {
    const from = sums + standOf(w, row) * next;
    for (let s: u32 = 0; s < count; s++) {
      let sum = load<f32>(from + ((<usize>s) << 2));
      if (sum < low) sum = low;
      if (high < sum) sum = high;
      store<f32>(to + s * stride + ((<usize>row) << 2), sum);
    }
  }
}
