import type { Notice } from '../checks/notice.js';
import { elementBudget } from '../selection/budget.js';
import { aboveCeiling } from '../selection/ceiling.js';
import { distribute } from '../selection/distributions/index.js';
import type { LotCount, Pattern } from '../selection/patterns/pattern.js';
import type { CheckedOptions } from './options.js';
import type { WeightReport } from './report.js';

/**
 * Whether masks drop as much as a sparsity asks for, whatever brought them there.
 *
 * @param groups where lots are no weights
 */
export function isReachedBy<Weight, Mask>(
  { pattern, distribution, lots }: Pick<CheckedOptions<Weight, Mask>, 'pattern' | 'distribution' | 'lots'>,
  weights: readonly WeightReport[],
  groups: readonly LotCount[] | undefined,
  sparsity: number,
): boolean {
  // Of blocks it is only known what was reached by the schedule.
  const kept = lotsKept(pattern, weights, groups);
  if (kept === undefined) return false;
  const dropped = lots.map(({ units }, i) => units - kept[i]!);
  return distribute(distribution, lots, sparsity).every(({ members, target }) => {
    const units = members.reduce((all, member) => all + lots[member]!.units, 0);
    return members.reduce((all, member) => all + dropped[member]!, 0) >= elementBudget(target, units);
  });
}

/** What is to be told of lots above their ceiling, by a report. */
export function ceilingNotices<Weight, Mask>(
  { pattern, ceiling, lots, schedule }: CheckedOptions<Weight, Mask>,
  weights: readonly WeightReport[],
  groups: readonly LotCount[] | undefined,
  position: number | null,
): Notice[] {
  const kept = ceiling === 1 ? undefined : lotsKept(pattern, weights, groups);
  return aboveCeiling(lots, kept, schedule, position);
}

/** How many units of each lot are kept; blocks are no elements, and nobody counts them. */
function lotsKept(
  { kind }: Pick<Pattern, 'kind'>,
  weights: readonly WeightReport[],
  groups: readonly LotCount[] | undefined,
): readonly number[] | undefined {
  if (groups !== undefined) return groups.map(({ kept }) => kept.length);
  return kind === 'element' ? weights.map(({ kept }) => kept) : undefined;
}
