/*
 * Slices of eight rows, longest first: a step is a column and a value of each of the eight. A row that has fewer steps than
 * its slice is filled up with values of 0.
 */

/** Byte offset of the column of a lane, in rows of `1 << shift` bytes. */
@inline
export function offsetOf<T>(columns: usize, lane: usize, shift: usize): usize {
  return (<usize>load<T>(columns + lane * sizeof<T>())) << shift;
}

/** The inputs of four lanes. */
@inline
function inputsOf<T>(columns: usize, x: usize): v128 {
  if (sizeof<T>() == 2) {
    const a = load<u32>(columns),
      b = load<u32>(columns, 4);
    let four = v128.load32_zero(x + ((a & 0xffff) << 2));
    four = v128.load32_lane(x + ((a >> 16) << 2), four, 1);
    four = v128.load32_lane(x + ((b & 0xffff) << 2), four, 2);
    return v128.load32_lane(x + ((b >> 16) << 2), four, 3);
  }
  let four = v128.load32_zero(x + offsetOf<T>(columns, 0, 2));
  four = v128.load32_lane(x + offsetOf<T>(columns, 1, 2), four, 1);
  four = v128.load32_lane(x + offsetOf<T>(columns, 2, 2), four, 2);
  return v128.load32_lane(x + offsetOf<T>(columns, 3, 2), four, 3);
}

/** One sample: a slice at a time, its eight sums in two registers. */
@inline
export function vector<T>(
  lengths: usize,
  columns: usize,
  values: usize,
  slices: u32,
  x: usize,
  sums: usize,
): void {
  const last = sums + ((<usize>slices) << 5);
  for (; sums < last; sums += 32) {
    let a = v128.load(sums),
      b = v128.load(sums, 16);
    const end = values + ((<usize>load<u32>(lengths)) << 5);
    for (; values < end; values += 32) {
      a = f32x4.add(a, f32x4.mul(v128.load(values), inputsOf<T>(columns, x)));
      b = f32x4.add(b, f32x4.mul(v128.load(values, 16), inputsOf<T>(columns + 4 * sizeof<T>(), x)));
      columns += 8 * sizeof<T>();
    }
    v128.store(sums, a);
    v128.store(sums, b, 16);
    lengths += 32;
  }
}

/** A slice on four samples. */
@inline
export function slim<T>(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  let s0 = v128.load(sums),
    s1 = v128.load(sums, 16),
    s2 = v128.load(sums, 32),
    s3 = v128.load(sums, 48),
    s4 = v128.load(sums, 64),
    s5 = v128.load(sums, 80),
    s6 = v128.load(sums, 96),
    s7 = v128.load(sums, 112);
  const end = values + ((<usize>steps) << 5);
  for (; values < end; values += 32) {
    s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(values), v128.load(xs + offsetOf<T>(columns, 0, 4))));
    s1 = f32x4.add(s1, f32x4.mul(v128.load32_splat(values, 4), v128.load(xs + offsetOf<T>(columns, 1, 4))));
    s2 = f32x4.add(s2, f32x4.mul(v128.load32_splat(values, 8), v128.load(xs + offsetOf<T>(columns, 2, 4))));
    s3 = f32x4.add(s3, f32x4.mul(v128.load32_splat(values, 12), v128.load(xs + offsetOf<T>(columns, 3, 4))));
    s4 = f32x4.add(s4, f32x4.mul(v128.load32_splat(values, 16), v128.load(xs + offsetOf<T>(columns, 4, 4))));
    s5 = f32x4.add(s5, f32x4.mul(v128.load32_splat(values, 20), v128.load(xs + offsetOf<T>(columns, 5, 4))));
    s6 = f32x4.add(s6, f32x4.mul(v128.load32_splat(values, 24), v128.load(xs + offsetOf<T>(columns, 6, 4))));
    s7 = f32x4.add(s7, f32x4.mul(v128.load32_splat(values, 28), v128.load(xs + offsetOf<T>(columns, 7, 4))));
    columns += 8 * sizeof<T>();
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

/** Half a slice on eight samples. */
@inline
export function narrow<T>(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  let a0 = v128.load(sums),
    b0 = v128.load(sums, 16),
    a1 = v128.load(sums, 32),
    b1 = v128.load(sums, 48),
    a2 = v128.load(sums, 64),
    b2 = v128.load(sums, 80),
    a3 = v128.load(sums, 96),
    b3 = v128.load(sums, 112);
  const end = values + ((<usize>steps) << 5);
  for (; values < end; values += 32) {
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
    columns += 8 * sizeof<T>();
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

/** One row of a slice on 32 samples. */
@inline
export function wide<T>(columns: usize, values: usize, steps: u32, xs: usize, sums: usize): void {
  let s0 = v128.load(sums),
    s1 = v128.load(sums, 16),
    s2 = v128.load(sums, 32),
    s3 = v128.load(sums, 48),
    s4 = v128.load(sums, 64),
    s5 = v128.load(sums, 80),
    s6 = v128.load(sums, 96),
    s7 = v128.load(sums, 112);
  const end = values + ((<usize>steps) << 5);
  for (; values < end; values += 32) {
    const from = xs + offsetOf<T>(columns, 0, 7);
    const value = v128.load32_splat(values);
    s0 = f32x4.add(s0, f32x4.mul(value, v128.load(from)));
    s1 = f32x4.add(s1, f32x4.mul(value, v128.load(from, 16)));
    s2 = f32x4.add(s2, f32x4.mul(value, v128.load(from, 32)));
    s3 = f32x4.add(s3, f32x4.mul(value, v128.load(from, 48)));
    s4 = f32x4.add(s4, f32x4.mul(value, v128.load(from, 64)));
    s5 = f32x4.add(s5, f32x4.mul(value, v128.load(from, 80)));
    s6 = f32x4.add(s6, f32x4.mul(value, v128.load(from, 96)));
    s7 = f32x4.add(s7, f32x4.mul(value, v128.load(from, 112)));
    columns += 8 * sizeof<T>();
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
