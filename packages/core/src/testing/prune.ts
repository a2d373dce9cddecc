import type { PrunerOptions } from '../pruner/options.js';
import { createPruner } from '../pruner/pruner.js';
import type { Pruner } from '../pruner/pruner-api.js';
import { type ArrayMask, type ArrayWeight, createArrayBackend } from './array-backend.js';

/** Options of a pruner over the test backend. */
export type ArrayOptions = Partial<PrunerOptions<ArrayWeight, ArrayMask>>;

/** A pruner over the given weights, named a, b, c …, whose position is the sparsity. */
export function prune(weights: readonly ArrayWeight[], options: ArrayOptions = {}): Pruner {
  return createPruner({
    backend: createArrayBackend(),
    weights: weights.map((weight, i) => ({ name: 'abcdefgh'[i]!, weight })),
    schedule: (sparsity) => sparsity,
    ...options,
  });
}

/** What a weight holds, as plain numbers. */
export function values({ values }: ArrayWeight): number[] {
  return [...values];
}
