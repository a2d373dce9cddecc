/**
 * out = side − A[kept, :] x, in float64 but for the matrix.
 *
 * @param stride bytes of a row: a multiple of 16
 * @param kept byte offsets of the kept columns in a row of the matrix
 * @param x as many float64 as a row has numbers, zeros where nothing is kept
 */
export function residual(
  matrix: usize,
  stride: usize,
  kept: usize,
  count: u32,
  x: usize,
  side: usize,
  out: usize,
): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = matrix + (<usize>load<u32>(kept + (i << 2)) >> 2) * stride;
    let s0 = f64x2.splat(0),
      s1 = s0;
    for (let j: usize = 0; j < stride; j += 16) {
      const v = v128.load(row + j),
        at = x + (j << 1);
      s0 = f64x2.add(s0, f64x2.mul(f64x2.promote_low_f32x4(v), v128.load(at)));
      s1 = f64x2.add(s1, f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<u64>(v, v, 1, 0)), v128.load(at, 16)));
    }
    const s = f64x2.add(s0, s1);
    const sum = f64x2.extract_lane(s, 0) + f64x2.extract_lane(s, 1);
    store<f64>(out + (i << 3), load<f64>(side + (i << 3)) - sum);
  }
}
