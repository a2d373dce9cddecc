/*
 * All weights: a step for every column, in order, with the values of 16 rows. No column is read.
 */

/** One sample. */
export function denseVector(columns: u32, values: usize, units: u32, x: usize, sums: usize): void {
  const last = sums + ((<usize>units) << 6);
  for (; sums < last; sums += 64) {
    let s0 = v128.load(sums),
      s1 = v128.load(sums, 16),
      s2 = v128.load(sums, 32),
      s3 = v128.load(sums, 48);
    const end = values + ((<usize>columns) << 6);
    for (let from = x; values < end; values += 64) {
      const input = v128.load32_splat(from);
      s0 = f32x4.add(s0, f32x4.mul(v128.load(values), input));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(values, 16), input));
      s2 = f32x4.add(s2, f32x4.mul(v128.load(values, 32), input));
      s3 = f32x4.add(s3, f32x4.mul(v128.load(values, 48), input));
      from += 4;
    }
    v128.store(sums, s0);
    v128.store(sums, s1, 16);
    v128.store(sums, s2, 32);
    v128.store(sums, s3, 48);
  }
}

/** Four rows on eight samples. */
export function denseQuad(columns: u32, values: usize, xs: usize, sums: usize): void {
  let a0 = v128.load(sums),
    b0 = v128.load(sums, 16),
    a1 = v128.load(sums, 32),
    b1 = v128.load(sums, 48),
    a2 = v128.load(sums, 64),
    b2 = v128.load(sums, 80),
    a3 = v128.load(sums, 96),
    b3 = v128.load(sums, 112);
  const end = xs + ((<usize>columns) << 5);
  for (; xs < end; xs += 32) {
    const a = v128.load(xs),
      b = v128.load(xs, 16);
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
    values += 64;
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
