import type { NamedDistribution } from '@synaprune/core';
import type { OneShotRecipe } from '../inputs/recipe-file.js';
import type { InputOptions } from './input-options.js';
import type { WriteOptions } from './shared-options.js';
import { UsageError } from './usage-error.js';

/** What `prune` is told. */
export type PruneFlags = InputOptions &
  WriteOptions & {
    readonly sparsity?: number;
    readonly distribution?: NamedDistribution;
    readonly sparse?: boolean;
  };

/** What is to become zero. @throws UsageError where nothing says it */
export function sparsityOf(flags: PruneFlags, recipe: OneShotRecipe | undefined): number {
  const sparsity = flags.sparsity ?? recipe?.sparsity;
  if (sparsity === undefined) throw new UsageError('prune needs --sparsity, or a --recipe that has one');
  return sparsity;
}

/** What a recipe says that pruning once takes. */
export function pruningOf(recipe: OneShotRecipe | undefined): Omit<OneShotRecipe, 'sparsity' | 'notices'> {
  if (recipe === undefined) return {};
  const { sparsity: _, notices: __, ...rest } = recipe;
  return rest;
}
