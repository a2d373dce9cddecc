import type { SparseWeights } from './sparse-weights.js';

/** Kernels, and the rows of their units. */
export interface Choice {
  readonly kernel: SparseWeights['kernel'];
  readonly block: 1 | 4 | 16;
}

/** The share of a matrix that may be stored before all weights are multiplied faster, for units of 1, 4 and 16 rows. */
export interface BreakEven {
  readonly 1: number;
  readonly 4: number;
  readonly 16: number;
}

/**
 * Break-evens with the dense loops of this package, in WASM SIMD, by samples at a time (from that many on) and weights of
 * the matrix (from that many on). Measured by `npm run bench -- --only sparse`, which prints them anew.
 */
export const BREAK_EVENS: readonly {
  readonly batch: number;
  readonly weights: number;
  readonly stored: BreakEven;
}[] = [
  { batch: 1, weights: 0, stored: { 1: 0.27, 4: 0.7, 16: 0.96 } },
  { batch: 1, weights: 2_000_000, stored: { 1: 0.42, 4: 0.98, 16: 1 } },
  { batch: 2, weights: 0, stored: { 1: 0.33, 4: 0.72, 16: 0.98 } },
  { batch: 2, weights: 2_000_000, stored: { 1: 0.48, 4: 0.95, 16: 1 } },
  { batch: 4, weights: 0, stored: { 1: 0.56, 4: 0.81, 16: 0.89 } },
  { batch: 4, weights: 2_000_000, stored: { 1: 0.61, 4: 0.74, 16: 0.82 } },
  // In one tile with 7 and 8.
  { batch: 6, weights: 0, stored: { 1: 0.68, 4: 0.93, 16: 0.88 } },
  { batch: 6, weights: 2_000_000, stored: { 1: 0.55, 4: 0.8, 16: 0.84 } },
  { batch: 32, weights: 0, stored: { 1: 0.72, 4: 0.95, 16: 0.94 } },
  { batch: 32, weights: 2_000_000, stored: { 1: 0.66, 4: 0.94, 16: 0.94 } },
];

/**
 * What multiplies fastest by the table.
 *
 * @param stored weights in units of 1, 4 and 16 rows of which any is kept
 * @param blocks which of them may be chosen
 * @param dense whether all weights may be multiplied where that is faster
 */
export function chooseKernel(
  batch: number,
  elements: number,
  stored: Readonly<Record<1 | 4 | 16, number>>,
  blocks: readonly (1 | 4 | 16)[],
  dense: boolean,
): Choice {
  const row = BREAK_EVENS.findLast((entry) => entry.batch <= batch && entry.weights <= elements);
  // Of the time that all weights take.
  const timeOf = (block: 1 | 4 | 16): number => stored[block] / (elements * row!.stored[block]);
  const best = blocks.reduce((a, b) => (timeOf(b) < timeOf(a) ? b : a));
  if (dense && timeOf(best) >= 1) return { kernel: 'dense', block: 16 };
  return { kernel: best === 1 ? 'csr' : 'blocks', block: best };
}
