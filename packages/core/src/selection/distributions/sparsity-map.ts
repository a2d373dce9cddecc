import { PruneError } from '../../checks/errors.js';
import { describe, listNames } from '../../checks/legible.js';
import { requireBoolean, requireFraction, requireOptions } from '../../checks/require.js';
import { type Selector, selectWeights } from '../selectors.js';
import type { DistributedWeight, DistributionFunction } from './distribution.js';

/** How sparse some weights get. */
export interface MappedSparsity {
  /** Names, patterns on names, or predicates. A weight that several entries pick is the first's. */
  readonly weights: Selector | readonly Selector[];
  /** At the end of the schedule, in [0, 1]. */
  readonly sparsity: number;
  /** Whether they share the target and are ranked together; each has it for itself unless told. */
  readonly together?: boolean;
}

/**
 * A sparsity for each weight as you say it: by name, or by entries that pick several, which may share a target and then
 * are ranked together. What no entry picks gets `rest`.
 *
 * The numbers are where the schedule ends: at a lower target every weight gets its part of them, in proportion. A target
 * beyond what they come to together is refused, and the message says what that is.
 *
 * @param map sparsities by name, or entries
 * @param options.rest sparsity of all others; unless told, there must be none
 * @throws TypeError | RangeError when it is no such map
 * @throws PruneError when an update asks it: `unmatched-selector`, or `invalid-sparsity` for a target beyond it
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner } from '@synaprune/core';
 * import { sparsityMap } from '@synaprune/core/methods';
 * import { hostBackend } from '@synaprune/host';
 *
 * const [first, second] = [Float32Array.of(1, 2, 3, 4), Float32Array.of(1, 2, 3, 4)];
 * const pruner = createPruner({
 *   backend: hostBackend(),
 *   weights: [{ name: 'first', weight: first }, { name: 'second', weight: second }],
 *   schedule: constantSparsity(0.5),
 *   distribution: sparsityMap({ first: 0.25, second: 0.75 }),
 * });
 * await pruner.update(0);
 * console.log(first.join(), second.join()); // 0,2,3,4 0,0,0,4
 * ```
 */
export function sparsityMap(
  map: Readonly<Record<string, number>> | readonly MappedSparsity[],
  options: { readonly rest?: number } = {},
): DistributionFunction {
  requireOptions('sparsityMap', '', options, ['rest']);
  const { rest } = options;
  if (rest !== undefined) requireFraction('sparsityMap', 'rest', rest);
  const entries = readEntries(map);

  /** The entry of each weight; -1 where none picks it. */
  const entryOf = (weights: readonly DistributedWeight[]): number[] => {
    const picked = entries.map(
      ({ weights: own }) => new Set(selectWeights(weights, [own].flat() as Selector[])),
    );
    const found = weights.map((weight) => picked.findIndex((own) => own.has(weight)));
    const left = weights.filter((_, i) => found[i]! < 0).map(({ name }) => name);
    if (left.length > 0 && rest === undefined) {
      throw new PruneError(
        'invalid-sparsity',
        `sparsityMap has no sparsity for ${listNames(left, 5)}: name them, give rest, or leave them out by select`,
      );
    }
    return found;
  };
  const sparsities: DistributionFunction = (weights, sparsity) => {
    const whole = entryOf(weights).map((entry) => (entry < 0 ? rest! : entries[entry]!.sparsity));
    const elements = weights.reduce((sum, weight) => sum + weight.elements, 0);
    const most = weights.reduce((sum, weight, i) => sum + weight.elements * whole[i]!, 0) / elements;
    if (sparsity > most + 2 ** -40) {
      throw new PruneError(
        'invalid-sparsity',
        `the sparsities of sparsityMap come to ${most} of all weights together, and ${sparsity} was asked for: end the ` +
          'schedule there, or raise them',
      );
    }
    const part = most === 0 ? 0 : Math.min(1, sparsity / most);
    return whole.map((own) => own * part);
  };
  const together = (weights: readonly DistributedWeight[]): number[][] => {
    const found = entryOf(weights);
    return entries.flatMap((entry, number) =>
      entry.together === true ? [[...weights.keys()].filter((i) => found[i] === number)] : [],
    );
  };
  return Object.assign(sparsities, { kind: 'sparsityMap', together });
}

function readEntries(
  map: Readonly<Record<string, number>> | readonly MappedSparsity[],
): readonly MappedSparsity[] {
  if (typeof map !== 'object' || map === null) {
    throw new TypeError(`sparsityMap needs sparsities by name, or a list of entries, got ${describe(map)}`);
  }
  const isList = Array.isArray(map);
  const entries: readonly MappedSparsity[] = isList
    ? [...map]
    : Object.entries(map).map(([weights, sparsity]) => ({ weights, sparsity }));
  for (const [i, entry] of entries.entries()) {
    const place = isList ? `[${i}]` : describe(entry.weights);
    requireOptions('sparsityMap', place, entry, ['weights', 'sparsity', 'together']);
    requireFraction('sparsityMap', `sparsity of ${place}`, entry.sparsity);
    if (entry.together !== undefined) requireBoolean('sparsityMap', `${place}.together`, entry.together);
  }
  return entries;
}
