import { LARGEST_MAGNITUDE } from '@synaprune/core';
import { awaitBracket, expectedInside, FEW } from '../bracket.js';
import type { Part, Selected } from '../kernels.js';
import { CHUNK } from '../script-chunks.js';
import { selectAmong } from '../select-among.js';
import { collectLoop } from './collect-loop.js';
import { storedLoops } from './stored-loops.js';

/** Weights that are not in memory: read a stretch at a time. */
export interface Stretches {
  /** How many elements there are, and how many of them are kept. */
  readonly elements: number;
  readonly kept: number;
  /** Up to so many kept magnitudes from all over, in any order, the same each time; a piece of neighbours counts as one. */
  sample(most: number): Promise<Int32Array>;
  /** Reads all elements, in stretches of whole mask words. */
  forEach(visit: (part: Part) => void): Promise<void>;
}

/** Pieces of neighbours say less than as many single elements, so that the bracket is wider. */
const DEVIATIONS = 6.4;

/**
 * The magnitude of the `rank`-th smallest kept element (from 1), and the ties up to it, read in one pass unless the
 * sample misled.
 *
 * @returns `undefined` when more would have to be held than a hundredth or two of all elements
 */
export async function selectInStretches(
  { elements, kept, sample, forEach }: Stretches,
  rank: number,
): Promise<Selected | undefined> {
  const { countBelow } = storedLoops();
  const collectOf = collectLoop();
  const few = kept <= FEW;
  const room = new Int32Array(few ? kept + CHUNK : 2 * expectedInside(kept) + CHUNK);
  let sampled = new Int32Array(0);
  let count = 0;
  return await awaitBracket(
    {
      sample: async (most) => {
        // Without one, the bracket is open to both sides.
        if (!few) sampled = (await sample(most)) as Int32Array<ArrayBuffer>;
        return sampled.length;
      },
      sampleAt: (at) => selectAmong(sampled.slice(), sampled.length, at, 0, LARGEST_MAGNITUDE).magnitude,
      collect: async (low, high) => {
        let upToLow = 0;
        let fits = true;
        count = 0;
        await forEach((part) => {
          const found = fits ? collectOf(part, low, high, room, count) : undefined;
          if (found === undefined) fits = false;
          else {
            upToLow += found.upToLow;
            count = found.end;
          }
        });
        return fits ? { above: kept - upToLow, collected: count } : undefined;
      },
      selectCollected: (at, low, high) => selectAmong(room, count, at, low + 1, high - 1),
      countAround: async (magnitude) => {
        let below = 0;
        let upTo = 0;
        await forEach((part) => {
          below += countBelow(part, magnitude);
          upTo += countBelow(part, magnitude + 1);
        });
        return { below, equal: upTo - below };
      },
    },
    { elements, kept, rank, deviations: DEVIATIONS },
  );
}
