import type { PruneFlags } from '../flags/prune.js';
import { UsageError } from '../flags/usage-error.js';
import type { OneShotRecipe } from '../inputs/recipe-file.js';

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
