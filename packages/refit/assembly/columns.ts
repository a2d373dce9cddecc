/**
 * Adds each column's numbers to `sums` and their squares to `squares`, in float64, sample by sample: to the bit what a
 * plain loop gives.
 */
export function addColumns(from: usize, samples: u32, columns: u32, sums: usize, squares: usize): void {
  const pairs = columns & ~3;
  for (let s: u32 = 0; s < samples; s++) {
    let j: u32 = 0;
    for (; j < pairs; j += 4) {
      const v = v128.load(from + (j << 2));
      const low = f64x2.promote_low_f32x4(v),
        high = f64x2.promote_low_f32x4(v128.shuffle<u64>(v, v, 1, 0));
      const a = sums + (j << 3),
        q = squares + (j << 3);
      v128.store(a, f64x2.add(v128.load(a), low));
      v128.store(a, f64x2.add(v128.load(a, 16), high), 16);
      v128.store(q, f64x2.add(v128.load(q), f64x2.mul(low, low)));
      v128.store(q, f64x2.add(v128.load(q, 16), f64x2.mul(high, high)), 16);
    }
    for (; j < columns; j++) {
      const x: f64 = load<f32>(from + (j << 2));
      store<f64>(sums + (j << 3), load<f64>(sums + (j << 3)) + x);
      store<f64>(squares + (j << 3), load<f64>(squares + (j << 3)) + x * x);
    }
    from += (<usize>columns) << 2;
  }
}
