import { fileURLToPath } from 'node:url';
import type { RuntimeName } from '../training/open-runtime.js';
import { argumentsOf } from './child-arguments.js';
import { ANYWHERE, type DataReach } from './data-reach.js';
import { createPool, type Pool } from './pool.js';

/**
 * Processes that train, each on one core.
 *
 * @param reach which series they may read
 */
export function createTrainingPool(
  runtime: RuntimeName | undefined,
  size: number,
  reach: DataReach = ANYWHERE,
): Pool {
  const path = fileURLToPath(new URL('./child.js', import.meta.url));
  return createPool({ path, args: argumentsOf({ runtime, reach }) }, size);
}
