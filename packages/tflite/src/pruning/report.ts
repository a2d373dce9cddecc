import type { OneShotReport, OneShotSparsity } from '@synaprune/core/one-shot';
import type { TfliteWeight } from '../weights/find-weights.js';

/** One weight of a {@link TfliteReport}. */
export interface TfliteWeightReport extends OneShotSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dataType: TfliteWeight['dataType'];
  readonly role: TfliteWeight['role'];
}

/** What pruning did to a model. */
export interface TfliteReport extends OneShotReport<TfliteWeightReport> {
  /** Bytes of the model, uncompressed. */
  readonly sizeBytes: { readonly before: number; readonly after: number };
}
