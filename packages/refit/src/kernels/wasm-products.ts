import type { Products } from './kernels.js';
import { mirror, scriptKernels } from './script-kernels.js';
import { createRoom, type WasmRoom } from './wasm-module.js';

/** Samples whose products are summed in float32, before they are added up in float64. */
const RUN = 128;
/** Columns of a panel. */
const PANEL = 8;
/** Between these, no product or short sum of float32 leaves its range. */
const [SMALLEST, LARGEST] = [1e-30, 1e36];

/** As `RefitKernels.createProducts`, or `undefined` where there is no memory for it. */
export function wasmProducts(left: number, right: number | undefined, spare: number): Products | undefined {
  const symmetric = right === undefined;
  const across = right ?? left;
  const [rows, columns] = [Math.ceil(left / PANEL), Math.ceil(across / PANEL)];
  const stride = symmetric ? left + spare : across;
  const length = (left + spare) * stride;
  // Panels that are not full add zeros behind the matrix.
  const sumBytes = 8 * Math.max(length, rows * PANEL * stride + PANEL);
  const stagedBytes = RUN * PANEL * Math.max(rows, columns) * 4;
  const room = createRoom(sumBytes + 3 * stagedBytes + 64);
  if (room === undefined) return undefined;
  const sums = room.take(sumBytes);
  const staged = room.take(stagedBytes);
  const packedLeft = room.take(stagedBytes);
  const packedRight = symmetric ? packedLeft : room.take(stagedBytes);
  /** What float32 could not hold. */
  let plain: Products | undefined;

  return {
    add(samples, largest, first, second) {
      const product = largest[0] * (symmetric ? largest[0] : largest[1]);
      if (product === 0) return;
      if (product < SMALLEST || product > LARGEST) {
        plain ??= scriptKernels.createProducts(left, right, spare);
        plain.add(samples, largest, first, second);
        return;
      }
      for (let from = 0; from < samples; from += RUN) {
        const count = Math.min(RUN, samples - from);
        pack(room, staged, first, from, count, left, packedLeft);
        if (second !== undefined) pack(room, staged, second, from, count, across, packedRight);
        room.wasm.addProducts(
          packedLeft,
          rows,
          packedRight,
          columns,
          count,
          sums,
          8 * stride,
          Number(symmetric),
        );
      }
    },
    finish() {
      const all = room.doubles(sums, length);
      const others = plain?.finish();
      if (others !== undefined) for (let i = 0; i < length; i += 1) all[i]! += others[i]!;
      if (symmetric) mirror(all, stride);
      return all;
    },
  };
}

function pack(
  room: WasmRoom,
  staged: number,
  numbers: Float32Array,
  from: number,
  count: number,
  columns: number,
  to: number,
): void {
  room.floats(staged, count * columns).set(numbers.subarray(from * columns, (from + count) * columns));
  room.wasm.packPanels(staged, count, columns, to);
}
