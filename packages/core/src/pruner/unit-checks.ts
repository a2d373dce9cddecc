import { PruneError } from '../checks/errors.js';
import { quote } from '../checks/legible.js';
import type { CheckedOptions } from './options.js';

/* What pool, spread and rankWithin answer, held against what can be known without the elements. */

/**
 * Of a lot of whose weights nothing is dropped, every unit is kept; of any other, no more than there are.
 *
 * @param kept elements kept of each weight
 * @param unitsKept units kept of each lot, as the backend made them out
 * @throws PruneError `contract-violation`
 */
export function requireUnits<Weight, Mask>(
  { backend, weights, lots }: Pick<CheckedOptions<Weight, Mask>, 'backend' | 'weights' | 'lots'>,
  kept: readonly number[],
  unitsKept: readonly number[],
): void {
  for (const [i, { name, units, weights: own }] of lots.entries()) {
    const isWhole = own.every((weight) => kept[weight] === weights[weight]!.elements);
    if (isWhole ? unitsKept[i] === units : unitsKept[i]! <= units) continue;
    throw new PruneError(
      'contract-violation',
      `backend ${backend.manifest.name} needs ${isWhole ? units : `at most ${units}`} units of ${quote(name)} ` +
        `to be there to drop, got ${unitsKept[i]}`,
    );
  }
}

/**
 * Units that are dropped are elements that are dropped: at least one each, and no more than a unit has.
 *
 * @throws PruneError `contract-violation`
 */
export function requireSpread<Weight, Mask>(
  { backend, pattern }: Pick<CheckedOptions<Weight, Mask>, 'backend' | 'pattern'>,
  droppedUnits: number,
  droppedElements: number,
): void {
  if (pattern.largestUnit === undefined) return;
  const most = droppedUnits * pattern.largestUnit;
  if (droppedElements >= droppedUnits && droppedElements <= most) return;
  throw new PruneError(
    'contract-violation',
    `backend ${backend.manifest.name} dropped ${droppedUnits} units, which are ${droppedUnits} to ${most} elements, ` +
      `and its masks drop ${droppedElements} elements more than before`,
  );
}
