/*
 * Uᵀ U of a symmetric matrix in float32, whose diagonal is 1 before: a block of rows at a time, so that what is left is
 * updated by products of packed panels. Edges are multiples of eight; what lies below the diagonal is of no use.
 */

import { packRows } from './pack';

/** Rows that are factored together, and blocks of rows before the rest of the matrix is updated by all of them at once. */
const BLOCK: u32 = 16;
const OUTER: u32 = 64;
/** A pivot below this is rounding, where 1 stood before. */
const LEAST: f32 = 1e-6;

/**
 * The rows and columns of a matrix that are kept, as a matrix of its own: its upper half, filled up to `edge` by an
 * identity.
 *
 * @param kept byte offsets of the columns in a row of the matrix
 */
export function gather(matrix: usize, stride: usize, kept: usize, count: u32, to: usize, edge: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = matrix + (<usize>load<u32>(kept + (i << 2)) >> 2) * stride;
    const out = to + ((<usize>i * edge) << 2);
    for (let j = i; j < count; j++) {
      store<f32>(out + (j << 2), load<f32>(row + load<u32>(kept + (j << 2))));
    }
    for (let j = count; j < edge; j++) store<f32>(out + (j << 2), 0);
  }
  for (let i = count; i < edge; i++) {
    const out = to + ((<usize>i * edge) << 2);
    for (let j: u32 = i & ~7; j < edge; j++) store<f32>(out + (j << 2), j == i ? 1 : 0);
  }
}

/** Row of the matrix minus Σ over the block, for four rows and eight columns. */
@inline
function subtractTile(a: usize, b: usize, depth: u32, out: usize, stride: usize): void {
  let c0 = v128.load(out),
    d0 = v128.load(out, 16);
  const o1 = out + stride;
  let c1 = v128.load(o1),
    d1 = v128.load(o1, 16);
  const o2 = o1 + stride;
  let c2 = v128.load(o2),
    d2 = v128.load(o2, 16);
  const o3 = o2 + stride;
  let c3 = v128.load(o3),
    d3 = v128.load(o3, 16);
  for (let s: u32 = 0; s < depth; s++) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    let x = v128.load32_splat(a);
    c0 = f32x4.sub(c0, f32x4.mul(x, b0));
    d0 = f32x4.sub(d0, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 4);
    c1 = f32x4.sub(c1, f32x4.mul(x, b0));
    d1 = f32x4.sub(d1, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 8);
    c2 = f32x4.sub(c2, f32x4.mul(x, b0));
    d2 = f32x4.sub(d2, f32x4.mul(x, b1));
    x = v128.load32_splat(a, 12);
    c3 = f32x4.sub(c3, f32x4.mul(x, b0));
    d3 = f32x4.sub(d3, f32x4.mul(x, b1));
    a += 32;
    b += 32;
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

/** Factors the rows `from` to `to`, right to the end of each. */
@inline
function factorRows(matrix: usize, from: u32, to: u32, edge: u32, stride: usize): bool {
  const end: usize = (<usize>edge) << 2;
  for (let k = from; k < to; k++) {
    const row = matrix + k * stride;
    const pivot = load<f32>(row + (k << 2));
    if (!(pivot > LEAST)) return false;
    const scale = f32x4.splat(<f32>1 / Mathf.sqrt(pivot));
    const start: usize = (<usize>(k & ~3)) << 2;
    for (let j = start; j < end; j += 16) v128.store(row + j, f32x4.mul(v128.load(row + j), scale));
    for (let i = k + 1; i < to; i++) {
      const other = matrix + i * stride;
      const x = v128.load32_splat(row + (i << 2));
      for (let j: usize = (<usize>(i & ~3)) << 2; j < end; j += 16) {
        v128.store(other + j, f32x4.sub(v128.load(other + j), f32x4.mul(x, v128.load(row + j))));
      }
    }
  }
  return true;
}

/** Takes from the rows `from` to `to`, from their diagonal on, what `depth` factored rows have a share in. */
function update(
  matrix: usize,
  first: u32,
  depth: u32,
  from: u32,
  to: u32,
  edge: u32,
  panels: usize,
): void {
  const stride: usize = (<usize>edge) << 2,
    panel: usize = (<usize>depth) << 5;
  const count: u32 = (edge - from) >> 3;
  packRows(matrix + first * stride + ((<usize>from) << 2), stride, depth, count, panels, panel);
  const rows: u32 = (to - from) >> 3;
  for (let p: u32 = 0; p < rows; p++) {
    const left = panels + p * panel;
    const row = from + (p << 3);
    let out = matrix + row * stride + ((<usize>row) << 2);
    for (let q = p; q < count; q++) {
      const right = panels + q * panel;
      subtractTile(left, right, depth, out, stride);
      subtractTile(left + 16, right, depth, out + (stride << 2), stride);
      out += 32;
    }
  }
}

/**
 * Overwrites the upper half by its factor.
 *
 * @param panels room for `OUTER` rows of the matrix
 */
export function factor(matrix: usize, edge: u32, panels: usize): bool {
  const stride: usize = (<usize>edge) << 2;
  for (let start: u32 = 0; start < edge; start += OUTER) {
    const end = min(start + OUTER, edge);
    for (let k = start; k < end; k += BLOCK) {
      const next = min(k + BLOCK, end);
      if (!factorRows(matrix, k, next, edge, stride)) return false;
      if (next < end) update(matrix, k, next - k, next, end, edge, panels);
    }
    if (end < edge) update(matrix, start, end - start, end, edge, edge, panels);
  }
  return true;
}

@inline
function sumOf(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) +
    f32x4.extract_lane(v, 1) +
    (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** Solves Uᵀ U x = side, in place: `edge` float32. */
export function substitute(matrix: usize, edge: u32, side: usize): void {
  const stride: usize = (<usize>edge) << 2;
  for (let k: u32 = 0; k < edge; k++) {
    const row = matrix + k * stride;
    const solved: f32 = load<f32>(side + (k << 2)) / load<f32>(row + (k << 2));
    const x = f32x4.splat(solved);
    let j = k + 1;
    for (; j & 3; j++) {
      store<f32>(side + (j << 2), load<f32>(side + (j << 2)) - solved * load<f32>(row + (j << 2)));
    }
    for (; j < edge; j += 4) {
      const at = side + (j << 2);
      v128.store(at, f32x4.sub(v128.load(at), f32x4.mul(x, v128.load(row + (j << 2)))));
    }
    store<f32>(side + (k << 2), solved);
  }
  for (let k: i32 = edge - 1; k >= 0; k--) {
    const row = matrix + k * stride;
    let j: u32 = k + 1;
    let sum: f32 = load<f32>(side + (k << 2));
    for (; j & 3; j++) sum -= load<f32>(side + (j << 2)) * load<f32>(row + (j << 2));
    let s0 = f32x4.splat(0),
      s1 = s0;
    for (; j + 4 < edge; j += 8) {
      s0 = f32x4.add(s0, f32x4.mul(v128.load(side + (j << 2)), v128.load(row + (j << 2))));
      s1 = f32x4.add(s1, f32x4.mul(v128.load(side + (j << 2), 16), v128.load(row + (j << 2), 16)));
    }
    if (j < edge) s0 = f32x4.add(s0, f32x4.mul(v128.load(side + (j << 2)), v128.load(row + (j << 2))));
    store<f32>(side + (k << 2), (sum - sumOf(f32x4.add(s0, s1))) / load<f32>(row + (k << 2)));
  }
}
