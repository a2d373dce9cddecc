import type { Recipe } from '@synaprune/core';

/** Everything that decides what a training does, apart from the data. Plain, so that it travels to workers. */
export interface Settings {
  /** Units of the LSTM; the narrow one has fewer. */
  readonly hidden: number;
  readonly length: number;
  readonly epochs: number;
  /** Epochs without a gain on the validation part after which a run stops; counted from the schedule's end on. */
  readonly patience: number;
  readonly batchSize: number;
  /** Adam's first step size; it is halved where a training stands still. */
  readonly learningRate: number;
  /** Dropout rate of the dropout arms. */
  readonly dropout: number;
  /** Passes that Monte-Carlo dropout averages. */
  readonly passes: number;
  /** What the pruned arm prunes, and when: in epochs counted from 0. */
  readonly recipe: Recipe;
}
