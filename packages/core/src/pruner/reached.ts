import { elementBudget } from '../selection/budget.js';
import { distribute } from '../selection/distributions/index.js';
import type { LotCount } from '../selection/patterns/pattern.js';
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
  // Blocks are no elements: of these it is only known what was reached by the schedule.
  if (pattern.kind !== 'element' && groups === undefined) return false;
  const dropped = lots.map(({ units }, i) =>
    groups === undefined ? weights[i]!.dropped : units - groups[i]!.kept.length,
  );
  return distribute(distribution, lots, sparsity).every(({ members, target }) => {
    const units = members.reduce((all, member) => all + lots[member]!.units, 0);
    return members.reduce((all, member) => all + dropped[member]!, 0) >= elementBudget(target, units);
  });
}
