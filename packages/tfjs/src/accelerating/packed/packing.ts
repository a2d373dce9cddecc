import { packSparse, type SparseWeights } from '@synaprune/sparse';

/** A kernel as it lies in a tensor: matrices `[inputs, width]` side by side. */
export interface Matrices {
  readonly inputs: number;
  readonly widths: readonly number[];
}

/** Elements of a kernel. */
export interface Counts {
  readonly elements: number;
  /** Those that are not zero; −0 is. */
  readonly kept: number;
}

/** What became of the values of a kernel. */
export interface Packing extends Matrices, Counts {
  /** Whether all are finite. */
  readonly finite: boolean;
  /** Whether so much is zero that skipping it is faster. */
  readonly sparse: boolean;
  /** The matrices, packed; absent where nothing is to be gained by it, or not all is finite. */
  readonly parts?: readonly SparseWeights[];
}

/** Matrices of which little is zero are packed up to so many elements, for the layers around them to run without tfjs. */
const MOST_DENSE = 2 ** 16;

/** What the kernels are chosen for: several samples at a time, as which a sequence counts too. */
const BATCH = 2;

/** The share of zeros, in [0, 1]; 0 of nothing. */
export function sparsityOf(counts: readonly Counts[]): number {
  const elements = counts.reduce((sum, count) => sum + count.elements, 0);
  return elements === 0 ? 0 : 1 - counts.reduce((sum, { kept }) => sum + kept, 0) / elements;
}

/** Elements that are not zero. */
export function countKept(values: Float32Array): number {
  let kept = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i] !== 0) kept += 1;
  return kept;
}

/**
 * Packs the matrices of a kernel.
 *
 * @param values row-major
 * @param always also those of which little is zero, however large
 */
export function packMatrices(values: Float32Array, { inputs, widths }: Matrices, always: boolean): Packing {
  const counts = { inputs, widths, elements: values.length, kept: countKept(values) };
  if (!values.every(Number.isFinite)) return { ...counts, finite: false, sparse: false };
  const outputs = widths.reduce((sum, width) => sum + width, 0);
  let first = 0;
  const parts = widths.map((width) => {
    const matrix = width === outputs ? values : columnsOf(values, outputs, first, width);
    first += width;
    return packSparse(matrix, [inputs, width], { transposed: true, batch: BATCH });
  });
  const sparse = parts.some(({ kernel }) => kernel !== 'dense');
  const packing: Packing = { ...counts, finite: true, sparse };
  return sparse || always || values.length <= MOST_DENSE ? { ...packing, parts } : packing;
}

function columnsOf(values: Float32Array, outputs: number, first: number, width: number): Float32Array {
  const rows = values.length / outputs;
  const taken = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1) {
    const from = row * outputs + first;
    taken.set(values.subarray(from, from + width), row * width);
  }
  return taken;
}
