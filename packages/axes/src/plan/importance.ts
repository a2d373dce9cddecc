/** What of the elements of a slice is added up: their magnitudes or their squares. */
export type Norm = 'l1' | 'l2';

/**
 * Of every index along an axis: the sum of magnitudes, or of squares, over the rest of a row-major tensor.
 *
 * @param values as many as `shape` needs
 */
export function sliceSums(
  values: ArrayLike<number>,
  shape: readonly number[],
  axis: number,
  norm: Norm,
): Float64Array {
  const size = shape[axis]!;
  const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
  const outer = shape.slice(0, axis).reduce((product, edge) => product * edge, 1);
  const sums = new Float64Array(size);
  let at = 0;
  for (let o = 0; o < outer; o += 1) {
    for (let i = 0; i < size; i += 1) {
      let sum = 0;
      const end = at + inner;
      if (norm === 'l2') for (; at < end; at += 1) sum += values[at]! * values[at]!;
      else for (; at < end; at += 1) sum += Math.abs(values[at]!);
      sums[i]! += sum;
    }
  }
  return sums;
}

/** Sums of the slices of each channel, from those of each index. @param channels -1 for indices of none */
export function channelSums(sums: ArrayLike<number>, channels: Int32Array, count: number): Float64Array {
  const total = new Float64Array(count);
  for (let i = 0; i < channels.length; i += 1) {
    if (channels[i]! >= 0) total[channels[i]!]! += sums[i]!;
  }
  return total;
}
