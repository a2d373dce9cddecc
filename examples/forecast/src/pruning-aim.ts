import { type Recipe, readRecipe, type Schedule } from '@synaprune/core';

/** Where a recipe leads a run whose positions are epochs. */
export interface PruningAim {
  readonly schedule: Schedule;
  /** The first epoch that is pruned in full. */
  readonly end: number;
  /** Its sparsity. */
  readonly to: number;
}

/** Reads a recipe's end out of its schedule. */
export function aimOf(recipe: Recipe): PruningAim {
  const { schedule } = readRecipe(recipe);
  const end = Math.max(0, Math.ceil(schedule.end ?? 0));
  return { schedule, end, to: schedule(end) };
}
