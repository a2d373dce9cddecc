import type { Random } from '@synaprune/examples-kit/random';
import { checkFinite } from './check.js';

/**
 * As many items as there are, drawn with replacement: one sample of the bootstrap. An item may be a number, a pair
 * of runs, or a whole block of them; what belongs together must be one item.
 *
 * @example
 * resample(['a', 'b', 'c'], createRandom(1, 'bootstrap')); // three of them, some twice
 *
 * @throws RangeError for an empty list.
 */
export function resample<Item>(items: readonly Item[], random: Random): Item[] {
  if (items.length === 0) throw new RangeError('at least 1 item is needed to draw from, got 0');
  return items.map(() => items[Math.floor(random.uniform() * items.length)]!);
}

/**
 * Draws blocks with replacement and then, inside each drawn block, its runs with replacement: the bootstrap of a
 * two-level design (several series, several seeds on each).
 *
 * @example
 * resampleBlocks([[1, 2], [3, 4, 5]], createRandom(1, 'bootstrap')); // two blocks, for instance [[4, 3, 3], [1, 1]]
 *
 * @throws RangeError for an empty list and for an empty block.
 * @see A. C. Davison, D. V. Hinkley, Bootstrap Methods and their Application (1997), section 3.8
 */
export function resampleBlocks<Run>(blocks: readonly (readonly Run[])[], random: Random): Run[][] {
  return resample(blocks, random).map((block) => resample(block, random));
}

/**
 * The runs that carry the same label, in the order the labels first come: blocks for {@link resampleBlocks}.
 *
 * @example
 * groupBlocks([0.1, 0.2, 0.3], (_, i) => ['wind', 'rail', 'wind'][i]); // [[0.1, 0.3], [0.2]]
 */
export function groupBlocks<Run>(runs: readonly Run[], label: (run: Run, index: number) => unknown): Run[][] {
  const blocks = new Map<unknown, Run[]>();
  runs.forEach((run, i) => {
    const key = label(run, i);
    const block = blocks.get(key);
    if (block) block.push(run);
    else blocks.set(key, [run]);
  });
  return [...blocks.values()];
}

/**
 * The mean of the means of blocks, so that a block with more runs does not weigh more.
 *
 * @example
 * meanOfBlocks([[1, 2], [3]]); // 2.25
 *
 * @throws RangeError for no blocks, for an empty block, and for values that are not finite.
 */
export function meanOfBlocks(blocks: readonly ArrayLike<number>[]): number {
  if (blocks.length === 0) throw new RangeError('at least 1 block is needed, got 0');
  const means = blocks.map((block, i) => {
    checkFinite(`block ${i}`, block, 1);
    return Array.from(block).reduce((sum, value) => sum + value, 0) / block.length;
  });
  return means.reduce((sum, mean) => sum + mean, 0) / means.length;
}
