import { borrowRoom } from './wasm-module.js';

/** Bytes of numbers that are worked on at a time. */
const STAGED = 1 << 18;

/** As `RefitKernels.addColumns`; whether it could be done. */
export function wasmColumns(numbers: Float32Array, sums: Float64Array, squares: Float64Array): boolean {
  const columns = sums.length;
  const run = Math.max(1, Math.floor(STAGED / 4 / columns)) * columns;
  const room = borrowRoom(4 * run + 16 * columns + 64);
  if (room === undefined) return false;
  const [staged, first, second] = [room.take(4 * run), room.take(8 * columns), room.take(8 * columns)];
  const [stagedSums, stagedSquares] = [room.doubles(first, columns), room.doubles(second, columns)];
  stagedSums.set(sums);
  stagedSquares.set(squares);
  for (let from = 0; from < numbers.length; from += run) {
    const piece = numbers.subarray(from, from + run);
    room.floats(staged, piece.length).set(piece);
    room.wasm.addColumns(staged, piece.length / columns, columns, first, second);
  }
  sums.set(stagedSums);
  squares.set(stagedSquares);
  return true;
}
