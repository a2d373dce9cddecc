import type { Part } from './kernels.js';

/** A run of elements of a part, whole mask words except at the part's end. */
export interface Chunk {
  readonly from: number;
  readonly to: number;
}

/** A part in runs of at most `most` elements, a multiple of 32. */
export function chunksOf({ elements }: Pick<Part, 'elements'>, most: number): Chunk[] {
  return Array.from({ length: Math.ceil(elements / most) }, (_, i) => ({
    from: i * most,
    to: Math.min(elements, (i + 1) * most),
  }));
}

/** The mask words of a chunk, live. */
export function wordsOf({ words }: Pick<Part, 'words'>, { from, to }: Chunk): Int32Array {
  return words.subarray(from >> 5, (to + 31) >> 5);
}
