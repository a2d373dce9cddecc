import { requireFinite, requireFraction, requireWhole } from '../checks/require.js';

/**
 * How many of `total` elements a sparsity drops: `⌊sparsity · total⌋`, where a product that falls short of an
 * integer by no more than `total · 2⁻⁴⁸` counts as that integer. The allowance is some thirty times what one
 * rounding of a float64 near 1 can cost and far below one element, so 0.29 of 100 is 29 and `1 - 0.9` of
 * 10 is 1, while no real fraction is rounded up.
 *
 * @param sparsity fraction in [0, 1]
 * @param total non-negative integer
 * @throws TypeError | RangeError when an argument is no such number
 *
 * @example
 * ```ts
 * import { elementBudget } from '@synaprune/core';
 *
 * console.log(elementBudget(0.29, 100), elementBudget(0.3, 1232)); // 29 369
 * ```
 */
export function elementBudget(sparsity: number, total: number): number {
  requireFraction('elementBudget', 'sparsity', sparsity);
  requireWhole('elementBudget', 'total', total);
  return Math.min(total, Math.floor(sparsity * total + total * 2 ** -48));
}

/**
 * The count of the published program: the float64 product, truncated. 0.29 of 100 is 28. For replication.
 *
 * @param sparsity 0 or above: the program takes targets above 1, and asks for more than there is
 * @param total non-negative integer
 * @throws TypeError | RangeError when an argument is no such number
 *
 * @example
 * ```ts
 * import { publishedBudget } from '@synaprune/core';
 *
 * console.log(publishedBudget(0.29, 100)); // 28
 * ```
 */
export function publishedBudget(sparsity: number, total: number): number {
  requireFinite('publishedBudget', 'sparsity', sparsity);
  requireWhole('publishedBudget', 'total', total);
  if (sparsity < 0) throw new RangeError(`publishedBudget needs sparsity of at least 0, got ${sparsity}`);
  return Math.trunc(sparsity * total);
}
