import type { Notice } from '@synaprune/core';
import type { TfliteWeight } from '../weights/find-weights.js';

/** Before and after. */
export interface TfliteChange {
  readonly before: number;
  readonly after: number;
}

/** How sparse something has become. */
export interface TfliteSparsity {
  readonly elements: number;
  /** Elements that are ±0, or their zero point. */
  readonly zeros: TfliteChange;
  /** `zeros / elements`, in [0, 1]. */
  readonly sparsity: TfliteChange;
}

/** One weight of a {@link TfliteReport}. */
export interface TfliteWeightReport extends TfliteSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: TfliteWeight['dataType'];
  readonly role: TfliteWeight['role'];
}

/** What pruning did to a model. */
export interface TfliteReport {
  /** The weights that were pruned, in their order. */
  readonly weights: readonly TfliteWeightReport[];
  readonly total: TfliteSparsity;
  /** The weights that were left alone, and why. */
  readonly leftAlone: readonly {
    readonly name: string;
    readonly elements: number;
    readonly reason: string;
  }[];
  /** Bytes of the model, uncompressed. */
  readonly sizeBytes: TfliteChange;
  /** What is not as one would think, though nothing failed. Empty where all is well. */
  readonly notices: readonly Notice[];
}
