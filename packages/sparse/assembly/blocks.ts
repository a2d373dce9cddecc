/*
 * Blocks of 4 or 16 rows by one column. A step is 16 values: of a block of 4 rows in each of the four units of a slice,
 * or of one block of 16 rows. So four vectors go side by side, and a row still takes its products in the order of its
 * columns.
 */
import { offsetOf } from './csr';

/** Stands where the type of columns does, for weights that are all there: no column is read. */
export type All = u8;
const ALL: usize = sizeof<All>();

/** One sample, blocks of 4 rows. */
@inline
export function vector4<T>(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  const last = sums + ((<usize>slices) << 6);
  for (; sums < last; sums += 64) {
    let s0 = v128.load(sums),
      s1 = v128.load(sums, 16),
      s2 = v128.load(sums, 32),
      s3 = v128.load(sums, 48);
    const end = values + ((<usize>load<u32>(lengths)) << 6);
    for (; values < end; values += 64) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(values), v128.load32_splat(x + offsetOf<T>(columns, 0, 2))));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(values, 16), v128.load32_splat(x + offsetOf<T>(columns, 1, 2))));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(values, 32), v128.load32_splat(x + offsetOf<T>(columns, 2, 2))));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(values, 48), v128.load32_splat(x + offsetOf<T>(columns, 3, 2))));
      columns += 4 * sizeof<T>();
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
    lengths += 16;
  }
}

/** One sample and 16 rows: a column and 16 values a step; of `All` weights the columns come in order. */
@inline
export function slice16<T>(columns: usize, values: usize, steps: u32, x: usize, sums: usize): void {
  let s0 = v128.load(sums),
    s1 = v128.load(sums, 16),
    s2 = v128.load(sums, 32),
    s3 = v128.load(sums, 48);
  const end = values + ((<usize>steps) << 6);
  for (; values < end; values += 64) {
    const input = v128.load32_splat(sizeof<T>() == ALL ? x : x + offsetOf<T>(columns, 0, 2));
    s0 = f32x4.add(s0, f32x4.mul(v128.load(values), input));
    s1 = f32x4.add(s1, f32x4.mul(v128.load(values, 16), input));
    s2 = f32x4.add(s2, f32x4.mul(v128.load(values, 32), input));
    s3 = f32x4.add(s3, f32x4.mul(v128.load(values, 48), input));
    if (sizeof<T>() == ALL) x += 4;
    else columns += sizeof<T>();
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
}

/** One sample, blocks of 16 rows. */
@inline
export function vector16<T>(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  const last = sums + ((<usize>slices) << 6);
  for (; sums < last; sums += 64) {
    const steps = load<u32>(lengths);
    slice16<T>(columns, values, steps, x, sums);
    lengths += 4;
    columns += (<usize>steps) * sizeof<T>();
    values += (<usize>steps) << 6;
  }
}

/** Four rows on eight samples; the next column is `next` bytes on, or of `All` weights the next there is. */
@inline
export function quad<T>(
  columns: usize,
  next: usize,
  values: usize,
  steps: u32,
  xs: usize,
  sums: usize,
): void {
  let a0 = v128.load(sums),
    b0 = v128.load(sums, 16),
    a1 = v128.load(sums, 32),
    b1 = v128.load(sums, 48),
    a2 = v128.load(sums, 64),
    b2 = v128.load(sums, 80),
    a3 = v128.load(sums, 96),
    b3 = v128.load(sums, 112);
  const end = values + ((<usize>steps) << 6);
  for (; values < end; values += 64) {
    const from = sizeof<T>() == ALL ? xs : xs + offsetOf<T>(columns, 0, 5);
    const a = v128.load(from),
      b = v128.load(from, 16);
    let value = v128.load32_splat(values);
    a0 = f32x4.add(a0, f32x4.mul(value, a));
    b0 = f32x4.add(b0, f32x4.mul(value, b));
    value = v128.load32_splat(values, 4);
    a1 = f32x4.add(a1, f32x4.mul(value, a));
    b1 = f32x4.add(b1, f32x4.mul(value, b));
    value = v128.load32_splat(values, 8);
    a2 = f32x4.add(a2, f32x4.mul(value, a));
    b2 = f32x4.add(b2, f32x4.mul(value, b));
    value = v128.load32_splat(values, 12);
    a3 = f32x4.add(a3, f32x4.mul(value, a));
    b3 = f32x4.add(b3, f32x4.mul(value, b));
    if (sizeof<T>() == ALL) xs += 32;
    else columns += next;
  }
  v128.store(sums, a0);
  v128.store(sums, b0, 16);
  v128.store(sums, a1, 32);
  v128.store(sums, b1, 48);
  v128.store(sums, a2, 64);
  v128.store(sums, b2, 80);
  v128.store(sums, a3, 96);
  v128.store(sums, b3, 112);
}

/** Two blocks of 4 rows, side by side in a slice, on four samples. */
@inline
export function pair<T>(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  let s0 = v128.load(sums),
    s1 = v128.load(sums, 16),
    s2 = v128.load(sums, 32),
    s3 = v128.load(sums, 48),
    s4 = v128.load(sums, 64),
    s5 = v128.load(sums, 80),
    s6 = v128.load(sums, 96),
    s7 = v128.load(sums, 112);
  const end = values + ((<usize>steps) << 6);
  for (; values < end; values += 64) {
    let input = v128.load(xs + offsetOf<T>(columns, 0, 4));
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(values), input));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(values, 4), input));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(values, 8), input));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(values, 12), input));
    input = v128.load(xs + offsetOf<T>(columns, 1, 4));
    s4 = f32x4.add(s4, f32x4.mul(v128.load32_splat(values, 16), input));
    s5 = f32x4.add(s5, f32x4.mul(v128.load32_splat(values, 20), input));
    s6 = f32x4.add(s6, f32x4.mul(v128.load32_splat(values, 24), input));
    s7 = f32x4.add(s7, f32x4.mul(v128.load32_splat(values, 28), input));
    columns += 4 * sizeof<T>();
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
  v128.store(sums, s4, 64);
  v128.store(sums, s5, 80);
  v128.store(sums, s6, 96);
  v128.store(sums, s7, 112);
}

/** Half a block of 16 rows on four samples; of `All` weights the columns come in order. */
@inline
export function half<T>(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  let s0 = v128.load(sums),
    s1 = v128.load(sums, 16),
    s2 = v128.load(sums, 32),
    s3 = v128.load(sums, 48),
    s4 = v128.load(sums, 64),
    s5 = v128.load(sums, 80),
    s6 = v128.load(sums, 96),
    s7 = v128.load(sums, 112);
  const end = values + ((<usize>steps) << 6);
  for (; values < end; values += 64) {
    const input = v128.load(sizeof<T>() == ALL ? xs : xs + offsetOf<T>(columns, 0, 4));
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(values), input));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(values, 4), input));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(values, 8), input));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(values, 12), input));
    s4 = f32x4.add(s4, f32x4.mul(v128.load32_splat(values, 16), input));
    s5 = f32x4.add(s5, f32x4.mul(v128.load32_splat(values, 20), input));
    s6 = f32x4.add(s6, f32x4.mul(v128.load32_splat(values, 24), input));
    s7 = f32x4.add(s7, f32x4.mul(v128.load32_splat(values, 28), input));
    if (sizeof<T>() == ALL) xs += 16;
    else columns += sizeof<T>();
  }
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
  v128.store(sums, s4, 64);
  v128.store(sums, s5, 80);
  v128.store(sums, s6, 96);
  v128.store(sums, s7, 112);
}
