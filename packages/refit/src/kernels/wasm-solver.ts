import type { Solver } from './kernels.js';
import { scriptKernels } from './script-kernels.js';
import { createRoom, type WasmRoom } from './wasm-module.js';

/** Rows of the matrix that are packed at a time. */
const PACKED = 64;
/** A solution whose residual is this share of its right side is as good as the sums in the matrix. */
const ENOUGH = 1e-7;
/** Refinements before the matrix is said to be too near to singular for float32. */
const MOST_STEPS = 12;

/** As `RefitKernels.createSolver`, or `undefined` where there is no memory for it. */
export function wasmSolver(matrix: Float64Array, size: number, added: Float64Array): Solver | undefined {
  const wide = 4 * Math.ceil(size / 4);
  const most = 8 * Math.ceil(size / 8);
  const vectors = 8 * 3 * most + 4 * 2 * most;
  const room = createRoom(4 * (size * wide + most * most + PACKED * most) + vectors + 256);
  if (room === undefined) return undefined;
  const scaled = room.take(4 * size * wide);
  const system = createSystem(room, scaled, wide, most);
  const scales = scaleInto(room.floats(scaled, size * wide), wide, matrix, size, added);
  let plain: Solver | undefined;

  return {
    solve(kept, sides, count) {
      const edge = kept.length;
      const solutions = new Float64Array(sides.length);
      if (system.factor(kept) && everySide()) {
        sides.set(solutions);
        return true;
      }
      plain ??= scriptKernels.createSolver(matrix, size, added);
      return plain.solve(kept, sides, count);

      function everySide(): boolean {
        for (let side = 0; side < count; side += 1) {
          const given = sides.subarray(side * edge, (side + 1) * edge);
          if (!system.refine(kept, scales, given, solutions.subarray(side * edge, (side + 1) * edge))) {
            return false;
          }
        }
        return true;
      }
    },
  };
}

/** A matrix whose diagonal is 1 once every row and column is scaled, in float32; the scales. */
function scaleInto(
  scaled: Float32Array,
  wide: number,
  matrix: Float64Array,
  size: number,
  added: Float64Array,
): Float64Array {
  const scales = Float64Array.from({ length: size }, (_, i) => {
    const diagonal = matrix[i * (size + 1)]! + added[i]!;
    return diagonal > 0 ? 1 / Math.sqrt(diagonal) : 0;
  });
  for (let i = 0; i < size; i += 1) {
    for (let j = 0; j < size; j += 1) scaled[i * wide + j] = matrix[i * size + j]! * scales[i]! * scales[j]!;
    scaled[i * wide + i] = 1;
  }
  return scales;
}

interface System {
  /** Whether float32 holds the factor. */
  factor(kept: Int32Array): boolean;
  /** Solves for one side, and refines until the solution holds; whether it came to. */
  refine(kept: Int32Array, scales: Float64Array, given: Float64Array, solution: Float64Array): boolean;
}

function createSystem(room: WasmRoom, scaled: number, wide: number, most: number): System {
  const { wasm } = room;
  const upper = room.take(4 * most * most);
  const panels = room.take(4 * PACKED * most);
  const offsets = room.take(4 * most);
  const step = room.take(4 * most);
  const [spread, side, rest] = [room.take(8 * most), room.take(8 * most), room.take(8 * most)];

  // Views are made once: to make one costs more than to use it.
  const [sides, rests, spreads] = [
    room.doubles(side, most),
    room.doubles(rest, most),
    room.doubles(spread, wide),
  ];
  const [steps, places] = [room.floats(step, most), room.words(offsets, most)];

  return {
    factor(kept) {
      const edge = 8 * Math.ceil(kept.length / 8);
      for (let i = 0; i < kept.length; i += 1) places[i] = 4 * kept[i]!;
      wasm.gather(scaled, 4 * wide, offsets, kept.length, upper, edge);
      return wasm.factor(upper, edge, panels) !== 0;
    },
    refine(kept, scales, given, solution) {
      const edge = kept.length;
      const even = 8 * Math.ceil(edge / 8);
      spreads.fill(0);
      steps.fill(0, edge, even);
      let norm = 0;
      for (let i = 0; i < edge; i += 1) {
        const number = given[i]! * scales[kept[i]!]!;
        sides[i] = number;
        rests[i] = number;
        norm += number ** 2;
      }
      if (norm === 0) return true;
      let last = norm;
      for (let turn = 0; turn < MOST_STEPS; turn += 1) {
        // Scaled to numbers near 1, so that no size of theirs leaves float32's range.
        const length = Math.sqrt(last);
        for (let i = 0; i < edge; i += 1) steps[i] = rests[i]! / length;
        wasm.substitute(upper, even, step);
        for (let i = 0; i < edge; i += 1) spreads[kept[i]!]! += steps[i]! * length;
        wasm.residual(scaled, 4 * wide, offsets, edge, spread, side, rest);
        let left = 0;
        for (let i = 0; i < edge; i += 1) left += rests[i]! ** 2;
        if (left <= ENOUGH ** 2 * norm) {
          for (let i = 0; i < edge; i += 1) solution[i] = spreads[kept[i]!]! * scales[kept[i]!]!;
          return true;
        }
        if (!(left < last / 4)) return false;
        last = left;
      }
      return false;
    },
  };
}
