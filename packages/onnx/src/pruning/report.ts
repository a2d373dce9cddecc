import type { OneShotReport, OneShotSparsity } from '@synaprune/core/one-shot';
import type { OnnxWeight } from '../weights/find-weights.js';

/** One weight of an {@link OnnxReport}. */
export interface OnnxWeightReport extends OneShotSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: OnnxWeight['dataType'];
  readonly role: OnnxWeight['role'];
}

/** What pruning did to a model. */
export interface OnnxReport extends OneShotReport<OnnxWeightReport> {
  /** Bytes of the model, with the files of its external data, uncompressed. */
  readonly sizeBytes: number;
}
