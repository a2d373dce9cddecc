import { LARGEST_MAGNITUDE } from '@synaprune/core';
import { requireWholes } from '@synaprune/core/checks';

/** Counts, stretch by stretch, how many kept elements rank below each of many magnitudes. */
export interface CutCounter {
  /**
   * Looks at one stretch.
   *
   * @param ranking bit patterns; their signs do not count
   * @param words mask of the stretch: bit `i % 32` of word `i >> 5` is 1 when element `i` of it is kept
   */
  add(ranking: Int32Array, words: Int32Array): void;
  /** Kept elements below each magnitude, of all stretches so far. */
  counts(): number[];
}

/**
 * A counter for weights that are read a stretch at a time: one pass over the elements, however many magnitudes.
 *
 * @param magnitudes integers in [0, 0x80000000], ascending
 * @throws TypeError | RangeError unless they are whole numbers, ascending
 *
 * @example
 * ```ts
 * import { magnitudeOf } from '@synaprune/core';
 * import { createCutCounter } from '@synaprune/host';
 *
 * const counter = createCutCounter([1, 2, 3].map(magnitudeOf));
 * for (const stretch of [Float32Array.of(0.5, -1), Float32Array.of(-2.5, 4)]) {
 *   counter.add(new Int32Array(stretch.buffer), Int32Array.of(0b11));
 * }
 * console.log(counter.counts()); // [ 1, 2, 3 ]
 * ```
 */
export function createCutCounter(magnitudes: readonly number[]): CutCounter {
  requireWholes('createCutCounter', 'magnitudes', magnitudes);
  // The search among them would go on for ever, or count wrong.
  const fallsAt = magnitudes.findIndex((one, i) => i > 0 && one < magnitudes[i - 1]!);
  if (fallsAt > 0)
    throw new RangeError(
      `createCutCounter needs magnitudes to ascend, got ${magnitudes[fallsAt]} after ${magnitudes[fallsAt - 1]}`,
    );
  const cuts = Float64Array.from(magnitudes);
  const [lowest = 0] = magnitudes;
  const highest = magnitudes.at(-1) ?? 0;
  // Cuts of a search are evenly spread, so that a division all but finds the place of an element among them.
  const perUnit = highest > lowest ? (magnitudes.length - 1) / (highest - lowest) : 0;
  const histogram = new Float64Array(magnitudes.length + 1);
  return {
    add(ranking, words) {
      for (let i = 0; i < ranking.length; i += 1) {
        if (((words[i >> 5]! >>> (i & 31)) & 1) === 0) continue;
        const magnitude = ranking[i]! & LARGEST_MAGNITUDE;
        let place: number;
        if (magnitude < lowest) place = 0;
        else if (magnitude >= highest) place = cuts.length;
        else {
          place = ((magnitude - lowest) * perUnit) | 0;
          while (cuts[place]! > magnitude) place -= 1;
          while (cuts[place]! <= magnitude) place += 1;
        }
        histogram[place]! += 1;
      }
    },
    counts() {
      let below = 0;
      return magnitudes.map((_, m) => {
        below += histogram[m]!;
        return below;
      });
    },
  };
}
