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

/** Whether a part of 32-bit elements ranks by itself. */
export function ranksByItself({ bits, ranking }: Pick<Part, 'bits' | 'ranking'>): boolean {
  return (
    bits instanceof Int32Array &&
    ranking instanceof Int32Array &&
    bits.buffer === ranking.buffer &&
    bits.byteOffset === ranking.byteOffset
  );
}
