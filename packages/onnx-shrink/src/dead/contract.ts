import type { ElementType } from '@synaprune/onnx/graph';
import { type Carried, lengthAt, notKnown, rounded } from './carried.js';
import { type DeadCall, NotKnown } from './dead-call.js';
import { LEAVES, READS, READS_AT_EDGES, type Rows } from './needs.js';

/** The weights of a product, as rows of what comes out and columns of what goes in. */
export interface Weights {
  readonly data: ArrayLike<number>;
  readonly type: ElementType;
  readonly rowCount: number;
  /** How many columns a row goes over, and which of what goes in is its first. */
  readonly width: number;
  readonly firstColumn: (row: number) => number;
  /** Where the elements of a row and its first column begin, how far those of the next column are, and how many there are. */
  readonly start: (row: number) => number;
  readonly step: number;
  readonly taps: number;
  /** The same weights again for other matrices, so far apart. */
  readonly again?: { readonly count: number; readonly stride: number };
  /** What they are multiplied by; 1 unless told. */
  readonly factor?: number;
}

/** How a product goes over what it reads. */
export interface Reading {
  readonly x: Carried;
  /** The axis of `x` that is added up over. */
  readonly axis: number;
  /** The axis of what comes out; undefined where it has none for it. */
  readonly rows: Rows | undefined;
  /** Whether zeros stand around `x`, or between what it carries. */
  readonly padded: boolean;
  /** Whether something can be added to what comes out; so unless told. */
  readonly foldable?: boolean;
}

/** What of columns a row gets. */
interface Column {
  readonly sum: number;
  readonly reads: number;
}

/**
 * A product of what a node reads with weights: tells what it needs, and gives what every row comes to, without a bias,
 * where it is one number.
 *
 * @throws NotKnown
 */
export function contract(call: DeadCall, weights: Weights, reading: Reading): Float64Array {
  const { x, axis, rows } = reading;
  const { rowCount, width, firstColumn } = weights;
  const columns = x.axes[axis]!;
  const count = lengthAt(x, axis);
  if (count === undefined || lengthOf(rows) !== rowCount) throw new NotKnown('its lengths are left open');
  const given = x.along(axis) ?? notKnown(count);
  const look = lookAt(weights, given, reading);
  const reads = new Uint8Array(rowCount * width);
  const sums = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row += 1) {
    for (let k = 0; k < width; k += 1) {
      const column = look(row, k);
      reads[row * width + k] = column.reads;
      sums[row] = column.reads === LEAVES ? sums[row]! + column.sum : Number.NaN;
    }
  }
  call.needs.product({
    ...{ node: call.node, rows, rowCount, columns, width, firstColumn, reads },
    amounts(gone) {
      const amounts = new Float64Array(rowCount);
      for (let k = 0; k < width; k += 1) {
        for (let row = 0; row < rowCount; row += 1) {
          if (!gone(firstColumn(row) + k) || given[firstColumn(row) + k] === 0) continue;
          const { sum, reads: read } = look(row, k);
          if (read === LEAVES) amounts[row]! += sum;
        }
      }
      return amounts;
    },
  });
  return sums.map((sum) => (Number.isNaN(sum) ? sum : rounded(weights.type, sum)));
}

function lengthOf(rows: Rows | undefined): number | undefined {
  if (rows === undefined) return 1;
  return typeof rows.axis.dim === 'number' ? rows.axis.dim : undefined;
}

function lookAt(weights: Weights, given: Float64Array, { x, padded, rows, foldable = true }: Reading) {
  const { data, start, step, taps, firstColumn, factor = 1, again = { count: 1, stride: 0 } } = weights;
  const adds = foldable && rows !== undefined && weights.type === 'float32' && again.count === 1;
  return (row: number, k: number): Column => {
    let sum = 0;
    let some = false;
    for (let time = 0; time < again.count; time += 1) {
      const from = start(row) + k * step + time * again.stride;
      for (let at = from; at < from + taps; at += 1) {
        sum += data[at]!;
        some ||= data[at] !== 0;
      }
    }
    if (!Number.isFinite(sum * factor)) return { sum, reads: READS };
    const value = given[firstColumn(row) + k]!;
    if (value === 0) return { sum: 0, reads: LEAVES };
    if (!some) return { sum: 0, reads: x.finite() || !Number.isNaN(value) ? LEAVES : READS };
    if (Number.isNaN(value) || !adds) return { sum, reads: READS };
    return { sum: sum * factor * value, reads: padded ? READS_AT_EDGES : LEAVES };
  };
}
