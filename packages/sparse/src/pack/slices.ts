/** Which weights are kept, by row and column, and what they are. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  isKept(row: number, column: number): boolean;
  valueAt(row: number, column: number): number;
}

export interface Slices {
  readonly order: Uint32Array;
  readonly lengths: Uint32Array;
  readonly columns: Uint16Array | Uint32Array;
  readonly values: Float32Array;
}

/** Columns of more inputs than this take 32 bits. */
const SHORT = 65_536;

/** The kept weights of a matrix as `SparseWeights` says. */
export function packSlices(matrix: Matrix, block: number, lanes: number): Slices {
  const units = Array.from({ length: Math.ceil(matrix.rows / block) }, (_, unit) =>
    columnsOf(matrix, unit * block, Math.min(matrix.rows, (unit + 1) * block)),
  );
  // Stable, so that equal weights are packed the same everywhere.
  const order = Uint32Array.from(units.keys()).sort((a, b) => units[b]!.length - units[a]!.length || a - b);
  const lengths = Uint32Array.from(order, (unit) => units[unit]!.length);
  let steps = 0;
  for (let first = 0; first < lengths.length; first += lanes) steps += lengths[first]!;
  const columns = new (matrix.columns > SHORT ? Uint32Array : Uint16Array)(steps * lanes);
  const values = new Float32Array(steps * lanes * block);

  let step = 0;
  for (let first = 0; first < order.length; first += lanes) {
    for (let lane = 0; lane < lanes && first + lane < order.length; lane += 1) {
      const unit = order[first + lane]!;
      const kept = units[unit]!;
      for (const [i, column] of kept.entries()) {
        const place = (step + i) * lanes + lane;
        columns[place] = column;
        for (let row = unit * block; row < Math.min(matrix.rows, (unit + 1) * block); row += 1) {
          if (matrix.isKept(row, column)) values[place * block + (row % block)] = matrix.valueAt(row, column);
        }
      }
    }
    step += lengths[first]!;
  }
  return { order, lengths, columns, values };
}

/** The columns in which any of these rows keeps a weight. */
function columnsOf(matrix: Matrix, from: number, to: number): Uint32Array {
  const found: number[] = [];
  for (let column = 0; column < matrix.columns; column += 1) {
    let kept = false;
    for (let row = from; row < to && !kept; row += 1) kept = matrix.isKept(row, column);
    if (kept) found.push(column);
  }
  return Uint32Array.from(found);
}
