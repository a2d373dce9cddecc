/** The least magnitudes of a layer go, as many as the sparsity says. */
export function pruneByMagnitude(
  matrix: Float32Array,
  _rows: number,
  _gram: Float64Array,
  sparsity: number,
): void {
  dropLeast(matrix, matrix.map(Math.abs), sparsity);
}

/**
 * Wanda: |w| times the length of the weight's input over all samples, compared within each row; what stays is left as
 * it was.
 *
 * @param gram products of the inputs, `[features, features]`
 * @see Sun et al. 2023, arXiv 2306.11695, equation 1
 */
export function pruneByWanda(matrix: Float32Array, rows: number, gram: Float64Array, sparsity: number): void {
  const features = matrix.length / rows;
  for (let row = 0; row < rows; row += 1) {
    const weights = matrix.subarray(row * features, (row + 1) * features);
    const scores = weights.map((weight, j) => Math.abs(weight) * Math.sqrt(gram[j * (features + 1)]!));
    dropLeast(weights, scores, sparsity);
  }
}

/** Zeroes the weights of the least scores, the earlier of equals. */
export function dropLeast(weights: Float32Array, scores: Float32Array, sparsity: number): void {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => scores[a]! - scores[b]! || a - b);
  for (const i of order.subarray(0, Math.floor(sparsity * weights.length))) weights[i] = 0;
}
