import type { Groups, Remover } from './kernels.js';

/** The plain loops of `RefitKernels.createRemover`. */
export function scriptRemover(inverse: Float64Array, size: number): Remover {
  const matrix = new Float64Array(size * size);
  return {
    remove(given, steps, groups) {
      matrix.set(inverse);
      const weights = given.slice();
      const ids = Int32Array.from({ length: size }, (_, i) => i);
      const left = leftOf(groups, size);
      const order = new Int32Array(steps);
      const losses = new Float64Array(steps);
      for (let step = 0; step < steps; step += 1) {
        const best = cheapest(matrix, size, size - step, weights, ids, groups, left);
        if (best < 0) return { order: order.subarray(0, step), losses: losses.subarray(0, step) };
        const last = size - step - 1;
        const id = ids[best]!;
        order[step] = id;
        losses[step] = weights[best]! ** 2 / matrix[best * (size + 1)]!;
        if (groups !== undefined) left[Math.floor(id / groups.of)]! -= 1;
        if (best !== last) swap(matrix, size, best, last);
        const gone = weights[best]!;
        weights[best] = weights[last]!;
        ids[best] = ids[last]!;
        takeOut(matrix, size, last, weights, gone);
      }
      return { order, losses };
    },
  };
}

/** How many are there of each group. */
export function leftOf(groups: Groups | undefined, size: number): Int32Array {
  if (groups === undefined) return new Int32Array(0);
  const { of } = groups;
  return Int32Array.from({ length: Math.ceil(size / of) }, (_, group) => Math.min(of, size - group * of));
}

/** Where the weight is whose removal costs least, the lowest id of equals; -1 where none may go. */
function cheapest(
  matrix: Float64Array,
  stride: number,
  count: number,
  weights: Float64Array,
  ids: Int32Array,
  groups: Groups | undefined,
  left: Int32Array,
): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < count; i += 1) {
    if (groups !== undefined && left[Math.floor(ids[i]! / groups.of)]! <= groups.keep) continue;
    const loss = weights[i]! ** 2 / matrix[i * (stride + 1)]!;
    if (loss < least || (loss === least && (best < 0 || ids[i]! < ids[best]!))) {
      least = loss;
      best = i;
    }
  }
  return best;
}

/** Swaps two rows and columns of a symmetric matrix, of which the lower half counts. */
function swap(matrix: Float64Array, stride: number, p: number, last: number): void {
  const exchange = (a: number, b: number): void => {
    const number = matrix[a]!;
    matrix[a] = matrix[b]!;
    matrix[b] = number;
  };
  for (let i = 0; i < p; i += 1) exchange(p * stride + i, last * stride + i);
  exchange(p * (stride + 1), last * (stride + 1));
  for (let i = p + 1; i < last; i += 1) exchange(i * stride + p, last * stride + i);
}

/** H − h hᵀ / h_jj of the last row and column, and what the others make up for. */
function takeOut(
  matrix: Float64Array,
  stride: number,
  last: number,
  weights: Float64Array,
  gone: number,
): void {
  const row = last * stride;
  const pivot = matrix[row + last]!;
  for (let i = 0; i < last; i += 1) {
    const share = matrix[row + i]! / pivot;
    weights[i]! -= share * gone;
    const other = i * stride;
    for (let j = 0; j <= i; j += 1) matrix[other + j]! -= share * matrix[row + j]!;
  }
}
