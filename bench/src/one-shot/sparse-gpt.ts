import { invert, upperFactor } from './cholesky.js';

/** Columns that are decided on together. */
const BLOCK = 128;
/** What is added to the diagonal, of its mean. */
const DAMPING = 0.01;

/**
 * SparseGPT as published: from the first column to the last, a block at a time, the weights of least w² / [H⁻¹]²
 * go, and what is behind them in their rows makes up for each (optimal brain surgeon, by the Cholesky factor of the
 * inverse). A block is as sparse as every other; its rows need not be.
 *
 * @param gram products of the inputs, `[features, features]`
 * @see Frantar & Alistarh 2023, arXiv 2301.00774, algorithm 1; and `fasterprune` of its program
 */
export function pruneBySparseGpt(
  matrix: Float32Array,
  rows: number,
  gram: Float64Array,
  sparsity: number,
  { block = BLOCK, damping = DAMPING }: { readonly block?: number; readonly damping?: number } = {},
): void {
  const features = matrix.length / rows;
  const weights = Float64Array.from(matrix);
  const hessian = gram.slice();
  let mean = 0;
  for (let j = 0; j < features; j += 1) {
    const at = j * (features + 1);
    if (hessian[at] === 0) {
      // An input that is always 0.
      hessian[at] = 1;
      for (let row = 0; row < rows; row += 1) weights[row * features + j] = 0;
    }
    mean += hessian[at]! / features;
  }
  for (let j = 0; j < features; j += 1) hessian[j * (features + 1)]! += damping * mean;
  const factor = upperFactor(invert(hessian, features), features);
  for (let from = 0; from < features; from += block) {
    const to = Math.min(features, from + block);
    const gone = leastOf(weights, rows, features, factor, from, to, sparsity);
    const errors = new Float64Array(rows * (to - from));
    for (let row = 0; row < rows; row += 1) {
      for (let j = from; j < to; j += 1) {
        const at = row * features + j;
        if (gone[row * (to - from) + j - from] === 0) continue;
        const error = weights[at]! / factor[j * (features + 1)]!;
        errors[row * (to - from) + j - from] = error;
        weights[at] = 0;
        for (let k = j + 1; k < to; k += 1) weights[row * features + k]! -= error * factor[j * features + k]!;
      }
      for (let j = from; j < to; j += 1) {
        const error = errors[row * (to - from) + j - from]!;
        if (error === 0) continue;
        for (let k = to; k < features; k += 1)
          weights[row * features + k]! -= error * factor[j * features + k]!;
      }
    }
  }
  matrix.set(weights);
}

/** 1 where a weight of the columns goes: those at or below the threshold, of all rows together. */
function leastOf(
  weights: Float64Array,
  rows: number,
  features: number,
  factor: Float64Array,
  from: number,
  to: number,
  sparsity: number,
): Uint8Array {
  const width = to - from;
  const scores = Float64Array.from({ length: rows * width }, (_, i) => {
    const j = from + (i % width);
    return (weights[Math.floor(i / width) * features + j]! / factor[j * (features + 1)]!) ** 2;
  });
  const threshold = scores.toSorted()[Math.floor(sparsity * scores.length)] ?? Number.POSITIVE_INFINITY;
  return Uint8Array.from(scores, (score) => Number(score <= threshold));
}
