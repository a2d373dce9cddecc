import { describe, expect, it } from 'vitest';
import { pruneBySparseGpt } from './sparse-gpt.js';

const prune = (
  weights: number[],
  gram: number[],
  sparsity: number,
  options: { block?: number; damping?: number },
) => {
  const matrix = Float32Array.from(weights);
  pruneBySparseGpt(
    matrix,
    matrix.length / Math.sqrt(gram.length),
    Float64Array.from(gram),
    sparsity,
    options,
  );
  return [...matrix];
};

describe('pruneBySparseGpt', () => {
  it('lets what is behind make up for what goes, as optimal brain surgeon does', () => {
    // The inverse of [2 1; 1 2] is [2 −1; −1 2] / 3: without the first weight the second is 1 + 1 · (1/3) / (2/3).
    const [first, second] = prune([1, 1], [2, 1, 1, 2], 0, { damping: 0 });
    expect(first).toBe(0);
    expect(second).toBeCloseTo(1.5, 6);
  });

  it('damps by a hundredth of the mean of the diagonal', () => {
    // [4.04 2; 2 4.04], by the same road: 2 / 4.04 of the first weight.
    expect(prune([1, 1], [4, 2, 2, 4], 0, {})[1]).toBeCloseTo(1 + 2 / 4.04, 6);
  });

  it('compares all rows of a block, and hands the rest on to the blocks behind', () => {
    const gram = [2, 1, 0, 1, 2, 0, 0, 0, 1];
    // Blocks of one column: in each the smaller of the two rows' weights goes.
    const pruned = prune([1, 5, 4, 3, 2, 6], gram, 0, { block: 1, damping: 0 });
    // Row one loses its 1, half of which goes to its 5, and its 4; row two loses its 2.
    expect(pruned.map((weight) => Math.round(1e4 * weight) / 1e4)).toEqual([0, 5.5, 0, 3, 0, 6]);
  });

  it('drops the weights of inputs that are always 0', () => {
    expect(prune([9, 1, 2], [0, 0, 0, 0, 1, 0, 0, 0, 1], 0, { damping: 0 })).toEqual([0, 1, 2]);
  });
});
