import type { SparseWeights } from '../pack/sparse-weights.js';

/**
 * Calls back for every row: its number, how many steps it has, where its first column and value are, and how many columns
 * on its next is.
 */
export function eachRow(
  weights: SparseWeights,
  visit: (row: number, steps: number, column: number, value: number, lanes: number) => void,
): void {
  const { shape, block, lanes, order, lengths } = weights;
  let first = 0;
  for (let unit = 0; unit < order.length; unit += 1) {
    const lane = unit % lanes;
    const from = order[unit]! * block;
    for (let row = from; row < Math.min(from + block, shape[0]); row += 1) {
      visit(row, lengths[unit]!, first + lane, (first + lane) * block + (row - from), lanes);
    }
    if (lane === lanes - 1) first += lengths[unit - lane]! * lanes;
  }
}
