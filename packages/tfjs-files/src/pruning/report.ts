import type { OneShotReport, OneShotSparsity } from '@synaprune/core/one-shot';
import type { TfjsWeight } from '../weights/find-weights.js';

/** One weight of a {@link TfjsReport}. */
export interface TfjsWeightReport extends OneShotSparsity {
  readonly name: string;
  readonly place: string;
  readonly shape: readonly number[];
  readonly dtype: TfjsWeight['dtype'];
  readonly storage: TfjsWeight['storage'];
  readonly role: TfjsWeight['role'];
  /** What a dropped element stands for when tfjs has loaded it: 0, unless no code of a quantised weight is zero. */
  readonly zero: number;
}

/** What pruning did to a model. */
export interface TfjsReport extends OneShotReport<TfjsWeightReport> {
  /** Bytes of all weights, uncompressed. */
  readonly sizeBytes: number;
}
