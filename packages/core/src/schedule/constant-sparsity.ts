import { requireFraction } from '../checks/require.js';
import { type Schedule, withEnd } from './schedule.js';

/**
 * The same sparsity at every position.
 *
 * @throws TypeError when `sparsity` is no number
 * @throws RangeError when `sparsity` lies outside [0, 1]
 *
 * @example
 * ```ts
 * import { constantSparsity } from '@synaprune/core';
 *
 * console.log(constantSparsity(0.5)(123)); // 0.5
 * ```
 */
export function constantSparsity(sparsity: number): Schedule {
  requireFraction('constantSparsity', 'sparsity', sparsity);
  return withEnd(() => sparsity, { to: sparsity });
}
