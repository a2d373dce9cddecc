import { packSparse, type SparseWeights } from '@synaprune/sparse';

/** A kernel as it lies in a tensor: `[inputs, outputs]`. */
export interface Matrix {
  readonly inputs: number;
  readonly outputs: number;
}

/** Elements of a kernel. */
export interface Counts {
  readonly elements: number;
  /** Those that are not zero; −0 is. */
  readonly kept: number;
}

/** What became of values, and by what they are multiplied. */
export interface Packed extends Counts {
  /** Whether all are finite. */
  readonly finite: boolean;
  /** Matrices, packed; none where nothing is to be gained by it, or not all is finite. */
  readonly parts: readonly SparseWeights[];
}

/** What became of the values of a kernel. */
export interface Packing extends Packed, Matrix {}

/** Matrices of which little is zero are packed up to so many elements, for the layers around them to run without tfjs. */
const MOST_DENSE = 2 ** 16;

/** What the kernels are chosen for: several samples at a time, as which a sequence counts too. */
export const BATCH = 8;

/** The share of zeros, in [0, 1]; 0 of nothing. */
export function sparsityOf(counts: readonly Counts[]): number {
  const elements = counts.reduce((sum, count) => sum + count.elements, 0);
  return elements === 0 ? 0 : 1 - counts.reduce((sum, { kept }) => sum + kept, 0) / elements;
}

/** Whether so much is zero that skipping it is faster. */
export function isSparse({ parts }: Packed): boolean {
  return parts.some(({ kernel }) => kernel !== 'dense');
}

/** Elements that are not zero. */
export function countKept(values: Float32Array): number {
  let kept = 0;
  for (let i = 0; i < values.length; i += 1) if (values[i] !== 0) kept += 1;
  return kept;
}

/**
 * Packs a kernel.
 *
 * @param values row-major
 */
export function packMatrix(values: Float32Array, { inputs, outputs }: Matrix): Packing {
  const counts = { inputs, outputs, elements: values.length, kept: countKept(values) };
  if (!values.every(Number.isFinite)) return { ...counts, finite: false, parts: [] };
  const packed = packSparse(values, [inputs, outputs], { transposed: true, batch: BATCH });
  const isPacked = packed.kernel !== 'dense' || values.length <= MOST_DENSE;
  return { ...counts, finite: true, parts: isPacked ? [packed] : [] };
}
