import type { Notice } from '@synaprune/core';
import type { OnnxWeight } from '../weights/find-weights.js';

/** Before and after. */
export interface Change {
  readonly before: number;
  readonly after: number;
}

/** How sparse something has become. */
export interface OnnxSparsity {
  readonly elements: number;
  /** Elements that are ±0, or the zero point. */
  readonly zeros: Change;
  /** `zeros / elements`, in [0, 1]. */
  readonly sparsity: Change;
}

/** One weight of an {@link OnnxReport}. */
export interface OnnxWeightReport extends OnnxSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: OnnxWeight['dataType'];
  readonly role: OnnxWeight['role'];
}

/**
 * What pruning did to a model. Zeros make no runtime faster and no file shorter: what they are worth is the
 * compressed size, which the caller can measure.
 */
export interface OnnxReport {
  /** The weights that were pruned, in their order. */
  readonly weights: readonly OnnxWeightReport[];
  readonly total: OnnxSparsity;
  /** The tensors that were left alone, and why. */
  readonly leftAlone: readonly {
    readonly name: string;
    readonly elements: number;
    readonly reason: string;
  }[];
  /** Bytes of the model, with the files of its external data, uncompressed. */
  readonly sizeBytes: number;
  /** What is not as one would think, though nothing failed. Empty where all is well. */
  readonly notices: readonly Notice[];
}
