/** Milliseconds, medians of calls that took turns. */
export interface BeforeAfter {
  /** By the kernels of tfjs. */
  readonly before: number;
  /** As it runs now. */
  readonly after: number;
}

/** One layer of an {@link AccelerateReport}. */
export interface AcceleratedLayer {
  /** Its name; with those of the models and wrappers that it lies in before it. */
  readonly name: string;
  /** Class name: `Dense`, `LSTM`. */
  readonly kind: string;
  /** The share of its kernels that is zero, in [0, 1]. */
  readonly sparsity: number;
  /** What multiplies: packed single weights, packed blocks of outputs, or tfjs's own kernels. */
  readonly kernel: 'csr' | 'blocks' | 'dense';
  /** Why it is that. */
  readonly why: string;
  /** Of its calls in one prediction. */
  readonly milliseconds: BeforeAfter;
}

/** What `accelerate` made of a model, and what it is worth. */
export interface AccelerateReport {
  /** The backend of tfjs that it was measured on: `cpu` or `wasm`. */
  readonly backend: string;
  /** Samples of the batch that was timed. */
  readonly batch: number;
  /** Layers with kernels, in the order of the model; shared ones once. */
  readonly layers: readonly AcceleratedLayer[];
  /** The share of all these kernels that is zero, in [0, 1]. */
  readonly sparsity: number;
  /** Of a whole prediction of the batch, until it can be read. */
  readonly milliseconds: BeforeAfter;
  /** How many times faster a whole prediction is. */
  readonly speedup: number;
}
