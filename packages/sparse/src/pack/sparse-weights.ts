/**
 * A matrix of which only the kept weights are held: plain arrays, that survive `structuredClone`.
 *
 * Units are rows, or `block` consecutive rows where weights were pruned in blocks. They come longest first, and so many
 * `lanes` of them are a slice. Behind one another are the steps of each slice: for every lane a column, and a value for
 * every row of its unit. Units that have fewer steps than the first of their slice are filled up with zeros.
 */
export interface SparseWeights {
  readonly shape: readonly [outputs: number, inputs: number];
  /** What multiplies them: loops over single weights, over blocks, or over all weights where that is faster. */
  readonly kernel: 'csr' | 'blocks' | 'dense';
  /** Rows of a unit: 1, 4 or 16. */
  readonly block: 1 | 4 | 16;
  /** Units of a slice. */
  readonly lanes: 1 | 4 | 8;
  /** Weights that are kept. */
  readonly kept: number;
  /** The share that is not kept, in [0, 1]; 0 of nothing. */
  readonly sparsity: number;
  /** Of the arrays together. */
  readonly sizeBytes: number;
  /** The units, longest first. */
  readonly order: Uint32Array;
  /** Steps of each, in that order. */
  readonly lengths: Uint32Array;
  /** In ascending order within a unit. None where all weights are multiplied: then a step is a column. */
  readonly columns: Uint16Array | Uint32Array;
  readonly values: Float32Array;
}
