import { elementsOf } from '@synaprune/core/checks';

/**
 * A kernel as matrices, as its elements lie: `batch` of them of `[rows, columns]`. What an adapter adds is
 * `scale · left · right`, of factors `[…batch, rows, rank]` and `[…batch, rank, columns]`.
 */
export interface Frame {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly columns: number;
  /** The factor that the layer's input meets first, which begins random; the other begins with zeros. */
  readonly first: 'left' | 'right';
}

/** Which input of an operator is the kernel, and how it lies there. */
interface Reading {
  readonly op: string;
  readonly input: number;
  /** Whether a Gemm turns it. */
  readonly turned: boolean;
}

/** How a kernel of this shape is a matrix where it is read; undefined where it is none. */
export function frameOf(shape: readonly number[], { op, input, turned }: Reading): Frame | undefined {
  const matrices = (first: Frame['first']): Frame | undefined =>
    shape.length < 2
      ? undefined
      : { batch: shape.slice(0, -2), rows: shape.at(-2)!, columns: shape.at(-1)!, first };
  switch (op) {
    case 'MatMul':
      return matrices(input === 1 ? 'left' : 'right');
    case 'Gather':
      // Rows that indices pick.
      return shape.length === 2 ? matrices('left') : undefined;
    case 'Gemm':
      return shape.length === 2 ? matrices((input === 1) === turned ? 'right' : 'left') : undefined;
    case 'LSTM':
    case 'GRU':
    case 'RNN':
      return shape.length === 3 ? matrices('right') : undefined;
    case 'Conv':
    case 'ConvTranspose':
      return shape.length < 3
        ? undefined
        : {
            batch: [],
            rows: shape[0]!,
            columns: elementsOf(shape.slice(1)),
            first: op === 'Conv' ? 'right' : 'left',
          };
    default:
      return undefined;
  }
}

/** The shapes of the two factors. */
export function factorShapes(
  { batch, rows, columns }: Frame,
  rank: number,
): { readonly left: readonly number[]; readonly right: readonly number[] } {
  return { left: [...batch, rows, rank], right: [...batch, rank, columns] };
}

/**
 * The kernel with its adapter in it: `w + scale · (left · right)` where it is kept, +0 elsewhere. Sums are of float64, and
 * each element is rounded once.
 *
 * @param keepZeros whether what is zero stays it
 */
export function mergedKernel(
  kernel: Float32Array,
  { batch, rows, columns }: Frame,
  factors: { readonly left: Float32Array; readonly right: Float32Array; readonly scale: number },
  keepZeros: boolean,
): Float32Array {
  const { left, right, scale } = factors;
  const merged = new Float32Array(kernel.length);
  const count = elementsOf(batch);
  const rank = count * rows === 0 ? 0 : left.length / (count * rows);
  const sums = new Float64Array(columns);
  for (let row = 0; row < count * rows; row += 1) {
    sums.fill(0);
    const matrix = Math.floor(row / rows);
    for (let k = 0; k < rank; k += 1) {
      const factor = left[row * rank + k]!;
      const at = (matrix * rank + k) * columns;
      for (let column = 0; column < columns; column += 1) sums[column]! += factor * right[at + column]!;
    }
    for (let column = 0; column < columns; column += 1) {
      const index = row * columns + column;
      const before = kernel[index]!;
      merged[index] = keepZeros && before === 0 ? 0 : before + scale * sums[column]!;
    }
  }
  return merged;
}
