/*
 * Rows in slices of four, longest first: a step is a column and a value of each of the four. A row that has fewer steps
 * than its slice is filled up with values of 0.
 */
import { turnIn, turnOut } from './tiles';

/** Width of a tile where there are so many samples, and of those for the rest. */
const WIDE: u32 = 32;
const NARROW: u32 = 8;

@inline
function clamp(sum: v128, low: v128, high: v128): v128 {
  return f32x4.min(f32x4.max(sum, low), high);
}

/** Byte offset of a step's column, in rows of `1 << shift` bytes. */
@inline
function offsetOf<T>(columns: usize, lane: usize, shift: usize): usize {
  return (<usize>load<T>(columns + lane * sizeof<T>())) << shift;
}

/** Numbers that four rows start from. */
@inline
function startOf(bias: usize, row: usize): v128 {
  return bias == 0 ? f32x4.splat(0) : v128.load32_splat(bias + row);
}

@inline
function vector<T>(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  x: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
): void {
  const least = f32x4.splat(low),
    most = f32x4.splat(high);
  for (let row: u32 = 0; row < rows; row += 4) {
    const at = (<usize>row) << 2;
    const there = min(rows - row, 4);
    let sum = f32x4.splat(0);
    if (bias != 0) {
      sum = v128.load32_lane(bias + ((<usize>load<u32>(order + at)) << 2), sum, 0);
      if (there > 1) sum = v128.load32_lane(bias + ((<usize>load<u32>(order + at, 4)) << 2), sum, 1);
      if (there > 2) sum = v128.load32_lane(bias + ((<usize>load<u32>(order + at, 8)) << 2), sum, 2);
      if (there > 3) sum = v128.load32_lane(bias + ((<usize>load<u32>(order + at, 12)) << 2), sum, 3);
    }
    for (let left = load<u32>(lengths + at); left > 0; left--) {
      let taken = v128.load32_zero(x + offsetOf<T>(columns, 0, 2));
      taken = v128.load32_lane(x + offsetOf<T>(columns, 1, 2), taken, 1);
      taken = v128.load32_lane(x + offsetOf<T>(columns, 2, 2), taken, 2);
      taken = v128.load32_lane(x + offsetOf<T>(columns, 3, 2), taken, 3);
      sum = f32x4.add(sum, f32x4.mul(v128.load(values), taken));
      columns += 4 * sizeof<T>();
      values += 16;
    }
    sum = clamp(sum, least, most);
    v128.store32_lane(out + ((<usize>load<u32>(order + at)) << 2), sum, 0);
    if (there > 1) v128.store32_lane(out + ((<usize>load<u32>(order + at, 4)) << 2), sum, 1);
    if (there > 2) v128.store32_lane(out + ((<usize>load<u32>(order + at, 8)) << 2), sum, 2);
    if (there > 3) v128.store32_lane(out + ((<usize>load<u32>(order + at, 12)) << 2), sum, 3);
  }
}

/** A slice at a time, on eight samples: eight sums in registers. */
@inline
function narrow<T>(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  xs: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
): void {
  const least = f32x4.splat(low),
    most = f32x4.splat(high);
  for (let row: u32 = 0; row < rows; row += 4) {
    const at = order + ((<usize>row) << 2);
    const there = min(rows - row, 4);
    // A slice that is not full writes its first row over again.
    const r0: usize = load<u32>(at);
    const r1: usize = there > 1 ? load<u32>(at, 4) : r0,
      r2: usize = there > 2 ? load<u32>(at, 8) : r0,
      r3: usize = there > 3 ? load<u32>(at, 12) : r0;
    let a0 = startOf(bias, r0 << 2),
      a1 = startOf(bias, r1 << 2),
      a2 = startOf(bias, r2 << 2),
      a3 = startOf(bias, r3 << 2);
    let b0 = a0,
      b1 = a1,
      b2 = a2,
      b3 = a3;
    for (let left = load<u32>(lengths + ((<usize>row) << 2)); left > 0; left--) {
      let from = xs + offsetOf<T>(columns, 0, 5);
      let value = v128.load32_splat(values);
      a0 = f32x4.add(a0, f32x4.mul(value, v128.load(from)));
      b0 = f32x4.add(b0, f32x4.mul(value, v128.load(from, 16)));
      from = xs + offsetOf<T>(columns, 1, 5);
      value = v128.load32_splat(values, 4);
      a1 = f32x4.add(a1, f32x4.mul(value, v128.load(from)));
      b1 = f32x4.add(b1, f32x4.mul(value, v128.load(from, 16)));
      from = xs + offsetOf<T>(columns, 2, 5);
      value = v128.load32_splat(values, 8);
      a2 = f32x4.add(a2, f32x4.mul(value, v128.load(from)));
      b2 = f32x4.add(b2, f32x4.mul(value, v128.load(from, 16)));
      from = xs + offsetOf<T>(columns, 3, 5);
      value = v128.load32_splat(values, 12);
      a3 = f32x4.add(a3, f32x4.mul(value, v128.load(from)));
      b3 = f32x4.add(b3, f32x4.mul(value, v128.load(from, 16)));
      columns += 4 * sizeof<T>();
      values += 16;
    }
    if (there > 3) {
      v128.store(out + (r3 << 5), clamp(a3, least, most));
      v128.store(out + (r3 << 5), clamp(b3, least, most), 16);
    }
    if (there > 2) {
      v128.store(out + (r2 << 5), clamp(a2, least, most));
      v128.store(out + (r2 << 5), clamp(b2, least, most), 16);
    }
    if (there > 1) {
      v128.store(out + (r1 << 5), clamp(a1, least, most));
      v128.store(out + (r1 << 5), clamp(b1, least, most), 16);
    }
    v128.store(out + (r0 << 5), clamp(a0, least, most));
    v128.store(out + (r0 << 5), clamp(b0, least, most), 16);
  }
}

/** A row at a time, on 32 samples: eight sums in registers. */
@inline
function wide<T>(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  xs: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
): void {
  const least = f32x4.splat(low),
    most = f32x4.splat(high);
  for (let row: u32 = 0; row < rows; row += 4) {
    const at = (<usize>row) << 2;
    const steps: usize = load<u32>(lengths + at);
    const there = min(rows - row, 4);
    for (let lane: usize = 0; lane < there; lane++) {
      const r: usize = load<u32>(order + at + (lane << 2));
      let s0 = startOf(bias, r << 2);
      let s1 = s0,
        s2 = s0,
        s3 = s0,
        s4 = s0,
        s5 = s0,
        s6 = s0,
        s7 = s0;
      let c = columns + lane * sizeof<T>(),
        v = values + (lane << 2);
      for (let left = load<u32>(lengths + at + (lane << 2)); left > 0; left--) {
        const from = xs + offsetOf<T>(c, 0, 7);
        const value = v128.load32_splat(v);
        s0 = f32x4.add(s0, f32x4.mul(value, v128.load(from)));
        s1 = f32x4.add(s1, f32x4.mul(value, v128.load(from, 16)));
        s2 = f32x4.add(s2, f32x4.mul(value, v128.load(from, 32)));
        s3 = f32x4.add(s3, f32x4.mul(value, v128.load(from, 48)));
        s4 = f32x4.add(s4, f32x4.mul(value, v128.load(from, 64)));
        s5 = f32x4.add(s5, f32x4.mul(value, v128.load(from, 80)));
        s6 = f32x4.add(s6, f32x4.mul(value, v128.load(from, 96)));
        s7 = f32x4.add(s7, f32x4.mul(value, v128.load(from, 112)));
        c += 4 * sizeof<T>();
        v += 16;
      }
      const o = out + (r << 7);
      v128.store(o, clamp(s0, least, most));
      v128.store(o, clamp(s1, least, most), 16);
      v128.store(o, clamp(s2, least, most), 32);
      v128.store(o, clamp(s3, least, most), 48);
      v128.store(o, clamp(s4, least, most), 64);
      v128.store(o, clamp(s5, least, most), 80);
      v128.store(o, clamp(s6, least, most), 96);
      v128.store(o, clamp(s7, least, most), 112);
    }
    columns += 4 * steps * sizeof<T>();
    values += steps << 4;
  }
}

@inline
function batch<T>(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  inputs: u32,
  x: usize,
  samples: u32,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): void {
  const stride: usize = (<usize>inputs) << 2,
    next: usize = (<usize>rows) << 2;
  while (samples > 0) {
    const width: u32 = samples >= WIDE ? WIDE : NARROW;
    const count = min(samples, width);
    const ys = scratch + ((<usize>inputs * width) << 2);
    turnIn(x, stride, count, inputs, width, scratch);
    if (width == WIDE) wide<T>(order, lengths, columns, values, rows, scratch, bias, low, high, ys);
    else narrow<T>(order, lengths, columns, values, rows, scratch, bias, low, high, ys);
    turnOut(ys, rows, width, count, out, next);
    x += count * stride;
    out += count * next;
    samples -= count;
  }
}

/** One sample, with columns of 16 bits. */
export function csrVector16(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  x: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
): void {
  vector<u16>(order, lengths, columns, values, rows, x, bias, low, high, out);
}

/** `[samples, inputs]` to `[samples, rows]`, with columns of 16 bits and scratch for a tile of both. */
export function csrBatch16(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  inputs: u32,
  x: usize,
  samples: u32,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): void {
  batch<u16>(order, lengths, columns, values, rows, inputs, x, samples, bias, low, high, out, scratch);
}

/** One sample, with columns of 32 bits. */
export function csrVector32(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  x: usize,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
): void {
  vector<u32>(order, lengths, columns, values, rows, x, bias, low, high, out);
}

/** `[samples, inputs]` to `[samples, rows]`, with columns of 32 bits and scratch for a tile of both. */
export function csrBatch32(
  order: usize,
  lengths: usize,
  columns: usize,
  values: usize,
  rows: u32,
  inputs: u32,
  x: usize,
  samples: u32,
  bias: usize,
  low: f32,
  high: f32,
  out: usize,
  scratch: usize,
): void {
  batch<u32>(order, lengths, columns, values, rows, inputs, x, samples, bias, low, high, out, scratch);
}
