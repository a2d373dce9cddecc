import { PruneError } from '../checks/errors.js';
import { quote } from '../checks/legible.js';
import type { CheckedOptions } from './options.js';

/* What pool, spread and rankWithin answer, held against what can be known without the elements. */

/**
 * Of a weight of which nothing is dropped, every unit is kept; of any other, no more than there are.
 *
 * @param kept elements kept of each weight
 * @param unitsKept units kept of each weight, as the backend made them out
 * @throws PruneError `contract-violation`
 */
export function requireUnits<Weight, Mask>(
  { backend, weights }: Pick<CheckedOptions<Weight, Mask>, 'backend' | 'weights'>,
  kept: readonly number[],
  unitsKept: readonly number[],
): void {
  for (const [i, { name, elements, units }] of weights.entries()) {
    const isWhole = kept[i] === elements;
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
  { backend, weights, pattern }: Pick<CheckedOptions<Weight, Mask>, 'backend' | 'weights' | 'pattern'>,
  droppedUnits: number,
  droppedElements: number,
): void {
  const most = droppedUnits * Math.max(...weights.map((weight) => pattern.largestUnit(weight)));
  if (droppedElements >= droppedUnits && droppedElements <= most) return;
  throw new PruneError(
    'contract-violation',
    `backend ${backend.manifest.name} dropped ${droppedUnits} units, which are ${droppedUnits} to ${most} elements, ` +
      `and its masks drop ${droppedElements} elements more than before`,
  );
}
