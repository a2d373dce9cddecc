import { LARGEST_MAGNITUDE } from '@synaprune/core';
import { expectedInside, FEW, type Passes, sampleSize, selectByBracket } from './bracket.js';
import type { HostKernels, Part, Selected } from './kernels.js';
import { ranksByItself } from './ranking-view.js';
import { drawSample, likeness } from './sample.js';
import { CHUNK, collectPart, countPartBelow, countPartEqual, forEachChunk } from './script-chunks.js';
import { collectChunk, countWords, dropChunk, zeroChunk } from './script-loops.js';
import { selectAmong } from './select-among.js';

/** Kernels in plain TypeScript. They run everywhere and are what every faster implementation is held to. */
export const scriptKernels: HostKernels = {
  countBelow(part, magnitude) {
    // Nothing ranks at or above 2³¹, which no int32 can hold.
    if (magnitude > LARGEST_MAGNITUDE) return countWords(part.words);
    return countPartBelow(part, magnitude);
  },
  select: selectInScript,
  drop: (part, magnitude, ties) => drop(part, magnitude, ties),
  dropAndZero(part, magnitude, ties) {
    if (ranksByItself(part)) return drop(part, magnitude, ties, true);
    const used = drop(part, magnitude, ties);
    zeroChunk(part.bits, part.words);
    return used;
  },
  zeroDropped: ({ bits, words }) => zeroChunk(bits, words),
  countKept: countWords,
};

function drop(part: Part, magnitude: number, ties: number, zeroes = false): number {
  let left = ties;
  forEachChunk(part, (ranking, words) => {
    left -= dropChunk(ranking, words, magnitude, left, zeroes);
  });
  return ties - left;
}

function selectInScript(parts: readonly Part[], rank: number): Selected {
  const kept = parts.reduce((sum, { words }) => sum + countWords(words), 0);
  if (kept <= FEW) return selectAll(parts, rank, kept);
  const room = new Int32Array(Math.max(sampleSize(kept), expectedInside(kept)) + CHUNK);
  return selectByBracket(createPasses(room), parts, kept, rank, selectByDigits);
}

/** Copies every kept magnitude and selects among them. */
function selectAll(parts: readonly Part[], rank: number, kept: number): Selected {
  const values = new Int32Array(kept);
  let count = 0;
  for (const part of parts) {
    forEachChunk(part, (ranking, words) => {
      count = collectChunk(ranking, words, -1, LARGEST_MAGNITUDE, values, count).end;
    });
  }
  // Only the largest magnitude of all is not inside that interval; whatever is missing ranks there.
  if (rank > count) return { magnitude: LARGEST_MAGNITUDE, ties: rank - count };
  const { magnitude, rank: tie } = selectAmong(values, count, rank - 1, 0, LARGEST_MAGNITUDE);
  return { magnitude, ties: tie + 1 };
}

/** The 31 bits of a magnitude in three digits, high to low: where each starts and how many bits it has. */
const DIGITS = [
  { shift: 20, width: 11 },
  { shift: 10, width: 10 },
  { shift: 0, width: 10 },
] as const;

/**
 * Selects by counting digits, in three passes and no memory to speak of: what is left when a bracket holds too
 * many elements.
 */
export function selectByDigits(parts: readonly Part[], rank: number): Selected {
  // After each pass `prefix` holds the digits found so far, and the element looked for is the `left`-th
  // smallest among the elements that share them.
  let prefix = 0;
  let left = rank;
  for (const { shift, width } of DIGITS) {
    const histogram = new Float64Array(1 << width);
    const higher = shift + width;
    for (const part of parts) {
      forEachChunk(part, (ranking, words) => {
        for (let i = 0; i < ranking.length; i += 1) {
          const magnitude = ranking[i]! & LARGEST_MAGNITUDE;
          // Nothing lies above the first digit: a magnitude shifted by 31 is 0, which is the first prefix.
          const matches = magnitude >>> higher === prefix && ((words[i >> 5]! >> (i & 31)) & 1) === 1;
          if (matches) histogram[(magnitude >>> shift) & (histogram.length - 1)]! += 1;
        }
      });
    }
    let digit = 0;
    for (; histogram[digit]! < left; digit += 1) left -= histogram[digit]!;
    prefix = (prefix << width) | digit;
  }
  return { magnitude: prefix, ties: left };
}

/** The passes of a bracket; `room` holds first the sample, then what was collected. */
function createPasses(room: Int32Array): Passes {
  let count = 0;
  return {
    sample(parts, most) {
      count = drawSample(parts, most, room);
      return count;
    },
    likeness: (magnitude) => likeness(room.subarray(0, count), magnitude),
    sampleAt: (rank) => selectAmong(room.slice(0, count), count, rank, 0, LARGEST_MAGNITUDE).magnitude,
    collect(parts, low, high) {
      let upToLow = 0;
      let seen = 0;
      count = 0;
      for (const part of parts) {
        const found = collectPart(part, low, high, room, count);
        if (found === undefined) return undefined;
        seen += countWords(part.words);
        upToLow += found.upToLow;
        count = found.end;
      }
      return { above: seen - upToLow, collected: count };
    },
    selectCollected: (rank, low, high) => selectAmong(room, count, rank, low + 1, high - 1),
    countAround: (parts, magnitude) => ({
      below: parts.reduce((sum, part) => sum + countPartBelow(part, magnitude), 0),
      equal: parts.reduce((sum, part) => sum + countPartEqual(part, magnitude), 0),
    }),
  };
}
