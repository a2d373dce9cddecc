import { requireOptions } from '../checks/require.js';
import type { Awaitable, Cut, Item, TensorBackend } from './backend.js';
import { LARGEST_MAGNITUDE } from './magnitude.js';

/**
 * Turns "count the elements below these magnitudes" into an exact `findCut`, by searching the bit patterns:
 * with m magnitudes a round the range shrinks (m + 1)-fold, so 31 rounds for m = 1 and 4 for m = 255. Few a
 * round is least work; many a round is fewest waits.
 *
 * @param countBelow as {@link TensorBackend.countBelow}
 * @param options.cutsPerRound magnitudes counted in one call, at least 1; 1 unless told
 * @throws RangeError when `cutsPerRound` is no positive integer
 * @returns a function that fits {@link TensorBackend.findCut}
 *
 * @example
 * ```ts
 * import { findCutByCounting, magnitudeOf } from '@synaprune/core';
 *
 * const values = [3, -1, 2, -1];
 * const findCut = findCutByCounting<null, null>((_items, magnitudes) =>
 *   magnitudes.map((m) => [values.filter((value) => magnitudeOf(value) < m).length]),
 * );
 * const cut = await findCut([], 1);
 * console.log(cut.magnitude === magnitudeOf(1), cut.ties); // true 1
 * ```
 */
export function findCutByCounting<Weight, Mask>(
  countBelow: TensorBackend<Weight, Mask>['countBelow'],
  options: { readonly cutsPerRound?: number } = {},
): (items: readonly Item<Weight, Mask>[], count: number) => Promise<Cut> {
  requireOptions('findCutByCounting', '', options, ['cutsPerRound']);
  const { cutsPerRound = 1 } = options;
  if (!Number.isInteger(cutsPerRound) || cutsPerRound < 1) {
    throw new RangeError(
      `findCutByCounting needs cutsPerRound to be a positive integer, got ${cutsPerRound}`,
    );
  }
  return async (items, count) => {
    // The count-th smallest magnitude lies in [low, high], and `below` elements rank below `low`.
    let low = 0;
    let high = LARGEST_MAGNITUDE;
    let below = 0;
    while (low < high) {
      const probes = spread(low, high, cutsPerRound);
      const counts = await totals(countBelow(items, probes));
      const passed = counts.filter((total) => total < count).length;
      if (passed < probes.length) high = probes[passed]! - 1;
      if (passed > 0) {
        low = probes[passed - 1]!;
        below = counts[passed - 1]!;
      }
    }
    return { magnitude: low, ties: count - below };
  };
}

/** Up to `parts` distinct integers in (low, high], evenly spread, ascending. */
function spread(low: number, high: number, parts: number): number[] {
  const pieces = Math.min(parts + 1, high - low + 1);
  return Array.from({ length: pieces - 1 }, (_, i) => low + Math.ceil(((high - low + 1) * (i + 1)) / pieces));
}

async function totals(counts: Awaitable<readonly (readonly number[])[]>): Promise<number[]> {
  return (await counts).map((perItem) => perItem.reduce((sum, count) => sum + count, 0));
}
