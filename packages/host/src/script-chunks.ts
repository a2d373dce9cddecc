import { chunksOf, wordsOf } from './chunks.js';
import type { Part } from './kernels.js';
import { createRankingView } from './ranking-view.js';
import { collectChunk, countChunkBelow, countChunkEqual } from './script-loops.js';

/* The plain loops over a whole part, a chunk at a time. */

/** Elements looked at in one go: their magnitudes and mask words stay in the cache. */
export const CHUNK = 4096;

const view = createRankingView(CHUNK);

export function forEachChunk(part: Part, work: (ranking: Int32Array, words: Int32Array) => void): void {
  for (const chunk of chunksOf(part, CHUNK)) work(view(part, chunk.from, chunk.to), wordsOf(part, chunk));
}

/** Kept elements below a magnitude, at most 0x7fffffff. */
export function countPartBelow(part: Part, magnitude: number): number {
  return sumChunks(part, (ranking, words) => countChunkBelow(ranking, words, magnitude));
}

/** Kept elements exactly at a magnitude. */
export function countPartEqual(part: Part, magnitude: number): number {
  return sumChunks(part, (ranking, words) => countChunkEqual(ranking, words, magnitude));
}

function sumChunks(part: Part, count: (ranking: Int32Array, words: Int32Array) => number): number {
  let sum = 0;
  forEachChunk(part, (ranking, words) => {
    sum += count(ranking, words);
  });
  return sum;
}

/**
 * Writes the kept magnitudes strictly between `low` and `high` to `room` from `at` on.
 *
 * @returns how many kept ones are not above `low`, and where `room` ends now; `undefined` where there may not be room
 */
export function collectPart(
  part: Part,
  low: number,
  high: number,
  room: Int32Array,
  at: number,
): { readonly upToLow: number; readonly end: number } | undefined {
  let upToLow = 0;
  let end = at;
  for (const chunk of chunksOf(part, CHUNK)) {
    if (end + chunk.to - chunk.from > room.length) return undefined;
    const found = collectChunk(view(part, chunk.from, chunk.to), wordsOf(part, chunk), low, high, room, end);
    upToLow += found.upToLow;
    end = found.end;
  }
  return { upToLow, end };
}
