import { borrowRoom } from './wasm-module.js';

/** How much of the inner dimension is worked on at a time. */
const DEPTH = 256;
/** Bytes from one panel to the next: not a power of two, or all would fall into the same few places of a cache. */
const PANEL = 32 * DEPTH + 64;
/** Bytes from one row of the left to the next, for the same reason. */
const STRIDE = 8 * DEPTH + 64;
/** Rows that are copied at a time, before they are packed. */
const STAGED = 16;

/** As `RefitKernels.multiply`, or `undefined` where there is no memory for it. */
export function wasmMultiply(
  rows: number,
  inner: number,
  columns: number,
  left: Float64Array,
  right: Float64Array,
): Float64Array | undefined {
  const [high, wide] = [4 * Math.ceil(rows / 4), 4 * Math.ceil(columns / 4)];
  const room = borrowRoom(8 * high * wide + STRIDE * high + (PANEL * wide) / 4 + 8 * STAGED * wide + 64);
  if (room === undefined) return undefined;
  const { wasm } = room;
  const out = room.take(8 * high * wide);
  const [a, b, staged] = [
    room.take(STRIDE * high),
    room.take((PANEL * wide) / 4),
    room.take(8 * STAGED * wide),
  ];
  room.doubles(out, high * wide).fill(0);
  const stagedLeft = room.doubles(a, (STRIDE / 8) * high);
  const stagedRight = room.doubles(staged, STAGED * wide);
  for (let from = 0; from < inner; from += DEPTH) {
    const depth = Math.min(DEPTH, inner - from);
    for (let i = 0; i < rows; i += 1) {
      stagedLeft.set(left.subarray(i * inner + from, i * inner + from + depth), (i * STRIDE) / 8);
    }
    for (let k = 0; k < depth; k += STAGED) {
      const count = Math.min(STAGED, depth - k);
      for (let row = 0; row < count; row += 1) {
        const at = (from + k + row) * columns;
        stagedRight.set(right.subarray(at, at + columns), row * wide);
      }
      wasm.packWide(staged, count, wide, b + 32 * k, PANEL);
    }
    wasm.multiply(high, depth, wide, a, STRIDE, b, PANEL, out);
  }
  const product = new Float64Array(rows * columns);
  if (wide === columns) return room.doubles(out, rows * columns).slice();
  for (let i = 0; i < rows; i += 1) product.set(room.doubles(out + 8 * i * wide, columns), i * columns);
  return product;
}
