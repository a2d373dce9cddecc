/** Everything that decides what a training does, apart from the data. Plain, so that it travels to workers. */
export interface Settings {
  readonly hidden: number;
  readonly length: number;
  readonly epochs: number;
  /** Epochs without a better validation loss after which a run stops; counted from the ramp's end on. */
  readonly patience: number;
  readonly batchSize: number;
  readonly learningRate: number;
  /** Dropout rate of the dropout arms. */
  readonly dropout: number;
  /** Passes that Monte-Carlo dropout averages. */
  readonly passes: number;
  /** The pruning ramp, in epochs counted from 0. */
  readonly ramp: { readonly from: number; readonly to: number; readonly start: number; readonly end: number };
}
