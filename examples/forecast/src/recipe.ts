import { applySelect, type Recipe, readRecipe } from '@synaprune/core';
import { badData } from '@synaprune/examples-kit/bad-data';
import { readRecipeFile } from '@synaprune/examples-kit/files/read-recipe';
import { aimOf } from './pruning-aim.js';
import { KERNEL_NAMES } from './runtime/runtime.js';

/**
 * A recipe from a file, for a run of so many epochs.
 *
 * @throws PruneError `bad-data` when it cannot be used here, `unmatched-selector` when it is of another model
 */
export function recipeFor(path: string, epochs: number): Recipe {
  const recipe = readRecipeFile(path);
  const { every = 'epoch', select } = readRecipe(recipe);
  if (every !== 'epoch') {
    throw badData(`--recipe ${path}: every needs to be 'epoch' here, got ${JSON.stringify(every)}`);
  }
  const { end } = aimOf(recipe);
  if (end >= epochs) {
    throw badData(
      `--recipe ${path}: the schedule needs to end before the last of ${epochs} epochs (${epochs - 1}, counted ` +
        `from 0), so that a fully pruned epoch exists; got ${end}`,
    );
  }
  applySelect(
    '--recipe',
    KERNEL_NAMES.map((name) => ({ name, shape: [1] })),
    select && { ...select, minElements: 0 },
  );
  return recipe;
}
