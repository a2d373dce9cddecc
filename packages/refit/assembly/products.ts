import { packRows } from './pack';

/** Packs `rows` rows of `columns` float32, without gaps between them, into panels of eight columns. */
export function packPanels(from: usize, rows: u32, columns: u32, to: usize): void {
  const whole = columns >> 3,
    rest = columns & 7;
  const stride: usize = (<usize>columns) << 2,
    panel: usize = (<usize>rows) << 5;
  packRows(from, stride, rows, whole, to, panel);
  if (!rest) return;
  for (let s: u32 = 0; s < rows; s++) {
    const p = from + s * stride + ((<usize>whole) << 5),
      o = to + whole * panel + ((<usize>s) << 5);
    v128.store(o, f32x4.splat(0));
    v128.store(o, f32x4.splat(0), 16);
    for (let j: u32 = 0; j < rest; j++) store<f32>(o + (j << 2), load<f32>(p + (j << 2)));
  }
}

/** Adds four float32 sums to four of float64. */
@inline
function addTo(out: usize, sums: v128): void {
  v128.store(out, f64x2.add(v128.load(out), f64x2.promote_low_f32x4(sums)));
  v128.store(
    out,
    f64x2.add(v128.load(out, 16), f64x2.promote_low_f32x4(v128.shuffle<u64>(sums, sums, 1, 0))),
    16,
  );
}

/** out[4, 8] += Σ a[s, 0..4] b[s, 0..8]: short sums in float32, added up in float64. */
@inline
function tile(a: usize, b: usize, samples: u32, out: usize, stride: usize): void {
  let c0 = f32x4.splat(0),
    c1 = c0,
    c2 = c0,
    c3 = c0,
    d0 = c0,
    d1 = c0,
    d2 = c0,
    d3 = c0;
  for (let s: u32 = 0; s < samples; s++) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c0 = f32x4.add(c0, f32x4.mul(x, b0));
    d0 = f32x4.add(d0, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c1 = f32x4.add(c1, f32x4.mul(x, b0));
    d1 = f32x4.add(d1, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c2 = f32x4.add(c2, f32x4.mul(x, b0));
    d2 = f32x4.add(d2, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c3 = f32x4.add(c3, f32x4.mul(x, b0));
    d3 = f32x4.add(d3, f32x4.mul(x, b1));
    a += 32;
    b += 32;
  }
  addTo(out, c0);
  addTo(out + 32, d0);
  out += stride;
  addTo(out, c1);
  addTo(out + 32, d1);
  out += stride;
  addTo(out, c2);
  addTo(out + 32, d2);
  out += stride;
  addTo(out, c3);
  addTo(out + 32, d3);
}

/**
 * Adds the products of all pairs of packed panels, over `samples` rows, to a row-major matrix of float64: of a symmetric
 * one only the blocks from the diagonal on. What panels were filled up with adds 0 to the row after, and to as many as
 * seven rows behind the matrix, for which there must be room.
 */
export function addProducts(
  a: usize,
  aPanels: u32,
  b: usize,
  bPanels: u32,
  samples: u32,
  out: usize,
  stride: usize,
  symmetric: bool,
): void {
  const panel: usize = (<usize>samples) << 5;
  for (let p: u32 = 0; p < aPanels; p++) {
    const left = a + p * panel;
    for (let q: u32 = symmetric ? p : 0; q < bPanels; q++) {
      const right = b + q * panel;
      const to = out + ((<usize>q) << 6);
      tile(left, right, samples, to, stride);
      tile(left + 16, right, samples, to + (stride << 2), stride);
    }
    out += stride << 3;
  }
}
