import { columnsOfUnits, type Matrix } from './matrix.js';
import type { SparseWeights } from './sparse-weights.js';

type Slices = Pick<SparseWeights, 'block' | 'lanes' | 'order' | 'lengths' | 'columns' | 'values'>;

/** Units of a slice, by the rows of a unit. */
const LANES = { 1: 8, 4: 4, 16: 1 } as const;
/** Columns of more inputs than this take 32 bits. */
const SHORT = 65_536;

/** The kept weights of a matrix as `SparseWeights` says. */
export function packSlices(matrix: Matrix, block: 1 | 4 | 16): Slices {
  const lanes = LANES[block];
  const { starts, found } = columnsOfUnits(matrix, block);
  const lengthOf = (unit: number): number => starts[unit + 1]! - starts[unit]!;
  // Equal units by number, so that equal weights are packed the same everywhere.
  const order = Uint32Array.from({ length: starts.length - 1 }, (_, unit) => unit);
  order.sort((a, b) => lengthOf(b) - lengthOf(a) || a - b);
  const lengths = order.map(lengthOf);
  let steps = 0;
  for (let first = 0; first < lengths.length; first += lanes) steps += lengths[first]!;
  const columns = new (matrix.columns > SHORT ? Uint32Array : Uint16Array)(steps * lanes);
  const values = new Float32Array(steps * lanes * block);

  let step = 0;
  for (let first = 0; first < order.length; first += lanes) {
    for (let lane = 0; lane < lanes && first + lane < order.length; lane += 1) {
      const unit = order[first + lane]!;
      const there = Math.min(block, matrix.rows - unit * block);
      for (let i = 0; i < lengths[first + lane]!; i += 1) {
        const column = found[starts[unit]! + i]!;
        const place = (step + i) * lanes + lane;
        columns[place] = column;
        for (let row = 0; row < there; row += 1) {
          values[place * block + row] = matrix.values[(unit * block + row) * matrix.columns + column]!;
        }
      }
    }
    step += lengths[first]!;
  }
  return { block, lanes, order, lengths, columns, values };
}

/** All weights of a matrix, in units of 16 rows that have a step for every column: so none is named. */
export function packDense(matrix: Matrix): Slices {
  const block = 16;
  const units = Math.ceil(matrix.rows / block);
  const order = Uint32Array.from({ length: units }, (_, unit) => unit);
  const lengths = new Uint32Array(units).fill(matrix.columns);
  const values = new Float32Array(units * block * matrix.columns);
  for (let row = 0; row < matrix.rows; row += 1) {
    const from = (row - (row % block)) * matrix.columns + (row % block);
    for (let column = 0; column < matrix.columns; column += 1) {
      values[from + column * block] = matrix.values[row * matrix.columns + column]!;
    }
  }
  return { block, lanes: 1, order, lengths, columns: new Uint16Array(0), values };
}
