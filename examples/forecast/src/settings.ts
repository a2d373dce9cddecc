import type { Recipe } from '@synaprune/core';

/** Everything that decides what a training does, apart from the data. Plain, so that it travels to workers. */
export interface Settings {
  readonly hidden: number;
  readonly length: number;
  readonly epochs: number;
  /** Epochs without a better validation loss after which a run stops; counted from the schedule's end on. */
  readonly patience: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Dropout rate of the dropout arms. */
  readonly dropout: number;
  /** Passes that Monte-Carlo dropout averages. */
  readonly passes: number;
  /** What the pruned arm prunes, and when: in epochs counted from 0. */
  readonly recipe: Recipe;
}
