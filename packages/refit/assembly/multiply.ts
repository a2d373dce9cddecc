import { packRows } from './pack';

/** out[4, 4] += Σ left[0..4, k] right[k, 0..4], in float64. */
@inline
function tile(left: usize, leftStride: usize, right: usize, depth: u32, out: usize, outStride: usize): void {
  const l1 = left + leftStride,
    l2 = l1 + leftStride,
    l3 = l2 + leftStride;
  const o1 = out + outStride,
    o2 = o1 + outStride,
    o3 = o2 + outStride;
  let c0 = v128.load(out),
    d0 = v128.load(out, 16),
    c1 = v128.load(o1),
    d1 = v128.load(o1, 16),
    c2 = v128.load(o2),
    d2 = v128.load(o2, 16),
    c3 = v128.load(o3),
    d3 = v128.load(o3, 16);
  const end: usize = (<usize>depth) << 3;
  for (let k: usize = 0; k < end; k += 8) {
    const b0 = v128.load(right),
      b1 = v128.load(right, 16);
    let x = v128.load64_splat(left + k);
    c0 = f64x2.add(c0, f64x2.mul(x, b0));
    d0 = f64x2.add(d0, f64x2.mul(x, b1));
    x = v128.load64_splat(l1 + k);
    c1 = f64x2.add(c1, f64x2.mul(x, b0));
    d1 = f64x2.add(d1, f64x2.mul(x, b1));
    x = v128.load64_splat(l2 + k);
    c2 = f64x2.add(c2, f64x2.mul(x, b0));
    d2 = f64x2.add(d2, f64x2.mul(x, b1));
    x = v128.load64_splat(l3 + k);
    c3 = f64x2.add(c3, f64x2.mul(x, b0));
    d3 = f64x2.add(d3, f64x2.mul(x, b1));
    right += 32;
  }
  v128.store(out, c0);
  v128.store(out, d0, 16);
  v128.store(o1, c1);
  v128.store(o1, d1, 16);
  v128.store(o2, c2);
  v128.store(o2, d2, 16);
  v128.store(o3, c3);
  v128.store(o3, d3, 16);
}

/**
 * Packs rows of `columns` float64, a multiple of four, without gaps, into panels of four columns, `panel` bytes from one
 * to the next.
 */
export function packWide(from: usize, rows: u32, columns: u32, to: usize, panel: usize): void {
  packRows(from, (<usize>columns) << 3, rows, columns >> 2, to, panel);
}

/**
 * out[rows, columns] += left[rows, depth] right[depth, columns], all float64; rows and columns are multiples of four.
 *
 * @param right packed in panels of four columns, `panel` bytes from one to the next
 */
export function multiply(
  rows: u32,
  depth: u32,
  columns: u32,
  left: usize,
  leftStride: usize,
  right: usize,
  panel: usize,
  out: usize,
): void {
  const stride: usize = (<usize>columns) << 3;
  for (let i: u32 = 0; i < rows; i += 4) {
    let b = right,
      o = out + i * stride;
    for (let j: u32 = 0; j < columns; j += 4) {
      tile(left + i * leftStride, leftStride, b, depth, o, stride);
      b += panel;
      o += 32;
    }
  }
}
