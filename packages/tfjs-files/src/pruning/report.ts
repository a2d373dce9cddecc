import type { Notice } from '@synaprune/core';
import type { TfjsWeight } from '../weights/find-weights.js';

/** Before and after. */
export interface TfjsChange {
  readonly before: number;
  readonly after: number;
}

/** How sparse something has become. */
export interface TfjsSparsity {
  readonly elements: number;
  /** Elements that are ±0, or of a quantised weight the code nearest to it. */
  readonly zeros: TfjsChange;
  /** `zeros / elements`, in [0, 1]. */
  readonly sparsity: TfjsChange;
}

/** One weight of a {@link TfjsReport}. */
export interface TfjsWeightReport extends TfjsSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dtype: TfjsWeight['dtype'];
  readonly storage: TfjsWeight['storage'];
  readonly role: TfjsWeight['role'];
  /** What a dropped element stands for when tfjs has loaded it: 0, unless no code of a quantised weight is zero. */
  readonly zero: number;
}

/**
 * What pruning did to a model. Zeros make no runtime faster and no file shorter: what they are worth is the
 * compressed size, which the caller can measure.
 */
export interface TfjsReport {
  /** The weights that were pruned, in their order. */
  readonly weights: readonly TfjsWeightReport[];
  readonly total: TfjsSparsity;
  /** The weights that were left alone, and why. */
  readonly leftAlone: readonly {
    readonly name: string;
    readonly elements: number;
    readonly reason: string;
  }[];
  /** Bytes of all weights, uncompressed. */
  readonly sizeBytes: number;
  /** What is not as one would think, though nothing failed. Empty where all is well. */
  readonly notices: readonly Notice[];
}
