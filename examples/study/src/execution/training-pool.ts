import { fileURLToPath } from 'node:url';
import type { RuntimeName } from '../training/open-runtime.js';
import { createPool, type Pool } from './pool.js';

/** Processes that train, each on one core. */
export function createTrainingPool(runtime: RuntimeName | undefined, size: number): Pool {
  const path = fileURLToPath(new URL('./child.js', import.meta.url));
  return createPool({ path, args: runtime === undefined ? [] : [runtime] }, size);
}
