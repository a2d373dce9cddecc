import { requireWhole } from '../checks/require.js';

/**
 * The sparsity that drops exactly `count` of `elements`, for schedules: an amount as a count.
 *
 * @param count whole number, at most `elements`
 * @param elements of all weights that share the target
 * @throws TypeError | RangeError when it is otherwise
 *
 * @example
 * ```ts
 * import { elementBudget, oneShot } from '@synaprune/core';
 * import { sparsityOfCount } from '@synaprune/core/methods';
 *
 * const schedule = oneShot({ to: sparsityOfCount(29, 100), at: 0 });
 * console.log(elementBudget(schedule(0), 100)); // 29
 * ```
 */
export function sparsityOfCount(count: number, elements: number): number {
  requireWhole('sparsityOfCount', 'count', count);
  requireWhole('sparsityOfCount', 'elements', elements, 1);
  if (count > elements) {
    throw new RangeError(`sparsityOfCount needs count to be at most elements, got ${count} of ${elements}`);
  }
  return count / elements;
}
