import { type Recipe, readRecipe, type Schedule } from '@synaprune/core';

/** Where a recipe leads a run whose positions are epochs. */
export interface PruningAim {
  readonly schedule: Schedule;
  /** The first epoch that is pruned in full. */
  readonly end: number;
  /** Its sparsity. */
  readonly to: number;
}

/** A recipe that leads to another sparsity, at the same time. */
export function withTarget(recipe: Recipe, to: number): Recipe {
  const { schedule } = recipe;
  if (schedule.kind === 'constantSparsity') return { ...recipe, schedule: { ...schedule, sparsity: to } };
  if (schedule.kind === 'oneShot') return { ...recipe, schedule: { ...schedule, to } };
  if (schedule.kind === 'amountOfRemaining') {
    const { times = 1 } = schedule;
    return { ...recipe, schedule: { ...schedule, times, amount: 1 - (1 - to) ** (1 / times) } };
  }
  return { ...recipe, schedule: { ...schedule, from: Math.min(schedule.from, to), to } };
}

/** Reads a recipe's end out of its schedule. */
export function aimOf(recipe: Recipe): PruningAim {
  const { schedule } = readRecipe(recipe);
  const end = Math.max(0, Math.ceil(schedule.end ?? 0));
  return { schedule, end, to: schedule(end) };
}
