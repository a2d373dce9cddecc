import type { SparseWeights } from '../pack/sparse-weights.js';

/** What follows a product: nothing, `max(0, y)`, or `min(max(0, y), 6)`. NaN stays NaN. */
export type Activation = 'linear' | 'relu' | 'relu6';

/** A product to be made, checked. */
export interface Product {
  readonly weights: SparseWeights;
  /** `[batch, inputs]`. */
  readonly inputs: Float32Array;
  readonly batch: number;
  /** What the sums start from, one for each output. */
  readonly bias: Float32Array | undefined;
  readonly activation: Activation;
  /** `[batch, outputs]`, written to. */
  readonly out: Float32Array;
}

/** The loops. Every implementation gives the same bits; this is the seam where a faster one goes in. */
export interface SparseKernels {
  multiply(product: Product): void;
}

/** Between which the sums are clamped. */
export const RANGES: Readonly<Record<Activation, readonly [low: number, high: number]>> = {
  linear: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
};

/** Their names. */
export const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6'];

/** The number, or the end of the range that it lies beyond; NaN stays. */
export function clamp(sum: number, low: number, high: number): number {
  if (sum < low) return low;
  if (sum > high) return high;
  return sum;
}
