import type { DistributedWeight } from './distribution.js';

/** The same sparsity for every weight. */
export function uniform(weights: readonly DistributedWeight[], sparsity: number): number[] {
  return weights.map(() => sparsity);
}
