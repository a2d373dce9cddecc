import type { SparseWeights } from '../pack/sparse-weights.js';
import type { RecurrentWeights } from '../recurrent/recurrent-weights.js';

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

/** A recurrent layer to be run, checked. */
export interface Sequence {
  readonly weights: RecurrentWeights;
  /** `[batch, steps, inputs]`. */
  readonly inputs: Float32Array;
  readonly batch: number;
  readonly steps: number;
  readonly sequences: boolean;
  readonly backwards: boolean;
  /** `[batch, steps]`, 0 where a step does not count: the state stays as it is. All count where there is none. */
  readonly mask: Float32Array | undefined;
  /** `[batch, units]`: where it starts; written to. */
  readonly state: Float32Array;
  /** Of an LSTM, the same; empty of others. */
  readonly cell: Float32Array;
  /** `[batch, steps, units]` or `[batch, units]`, written to. */
  readonly out: Float32Array;
}

/**
 * The loops. Every implementation gives the same bits; this is the seam where a faster one goes in. Both tell whether all
 * that packed weights were multiplied by is finite; where it is not, the result is that of all weights nevertheless.
 */
export interface SparseKernels {
  multiply(product: Product): boolean;
  run(sequence: Sequence): boolean;
}

/** Between which the sums are clamped. */
export const RANGES: Readonly<Record<Activation, readonly [low: number, high: number]>> = {
  linear: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
  relu: [0, Number.POSITIVE_INFINITY],
  relu6: [0, 6],
};

/** Their names. */
export const ACTIVATIONS: readonly Activation[] = ['linear', 'relu', 'relu6'];
