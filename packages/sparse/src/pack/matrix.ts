/** A matrix row by row, whatever it was read from. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** `[rows, columns]`: 1 where a weight is kept. */
  readonly kept: Uint8Array;
  /** `[rows, columns]`, with +0 where it is not. */
  readonly values: Float32Array;
}

/** Reads values that lie as `[first, second]`, by a mask of packed bits or by which are not 0. */
export function readMatrix(
  values: Float32Array,
  [first, second]: readonly [number, number],
  mask: Uint8Array | undefined,
  transposed: boolean,
): Matrix {
  const [rows, columns] = transposed ? [second, first] : [first, second];
  const kept = new Uint8Array(values.length);
  const read = new Float32Array(values.length);
  for (let i = 0; i < first; i += 1) {
    for (let j = 0; j < second; j += 1) {
      const from = i * second + j;
      const isKept = mask === undefined ? values[from] !== 0 : ((mask[from >> 3]! >> (from & 7)) & 1) === 1;
      if (!isKept) continue;
      const to = transposed ? j * first + i : from;
      kept[to] = 1;
      read[to] = values[from]!;
    }
  }
  return { rows, columns, kept, values: read };
}

/**
 * The columns in which each unit of so many rows keeps any weight, ascending: those of unit u are between `starts[u]` and
 * `starts[u + 1]`.
 */
export function columnsOfUnits(
  { rows, columns, kept }: Matrix,
  block: number,
): { readonly starts: Uint32Array; readonly found: Uint32Array } {
  const units = Math.ceil(rows / block);
  const starts = new Uint32Array(units + 1);
  const any = new Uint8Array(columns);
  let found = new Uint32Array(1024);
  let count = 0;
  for (let unit = 0; unit < units; unit += 1) {
    any.fill(0);
    for (let row = unit * block; row < Math.min(rows, (unit + 1) * block); row += 1) {
      for (let column = 0; column < columns; column += 1) any[column]! |= kept[row * columns + column]!;
    }
    if (count + columns > found.length) {
      const larger = new Uint32Array(2 * (count + columns));
      larger.set(found.subarray(0, count));
      found = larger;
    }
    for (let column = 0; column < columns; column += 1) if (any[column] === 1) found[count++] = column;
    starts[unit + 1] = count;
  }
  return { starts, found };
}
