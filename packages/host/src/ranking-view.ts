import type { Part } from './kernels.js';

/**
 * A function that gives the ranking of elements `from` to `to` as bit patterns: a view where they lie in
 * memory, else filled into one buffer of `most` elements, which the next call uses again.
 */
export function createRankingView(most: number): (part: Part, from: number, to: number) => Int32Array {
  let buffer: Int32Array | undefined;
  return ({ ranking }, from, to) => {
    if (ranking instanceof Int32Array) return ranking.subarray(from, to);
    buffer ??= new Int32Array(most);
    ranking(from, to, buffer);
    return buffer.subarray(0, to - from);
  };
}
