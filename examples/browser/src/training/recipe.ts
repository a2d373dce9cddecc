import { type Recipe, readRecipe, type Schedule } from '@synaprune/core';

/** What a run prunes: dense until `start`, then along Zhu and Gupta's curve until `end`, then on with what is left. */
export type RunRecipe = Recipe & {
  readonly schedule: { readonly kind: 'polynomialDecay'; readonly start: number };
  /** Steps between two updates of the masks. */
  readonly every: number;
};

/**
 * A third of the run to learn, half of it to prune, the rest to recover; about thirty updates of the masks, and
 * never one at every step.
 */
export function recipeOf(steps: number, to: number): RunRecipe {
  const every = Math.max(2, Math.round(steps / 60));
  const start = every * Math.floor((0.3 * steps) / every);
  const end = Math.max(start + 1, Math.floor(0.8 * steps));
  return { schedule: { kind: 'polynomialDecay', from: 0, to, start, end }, every };
}

/** The schedule of a recipe whose target may move while the run goes on. The pruner never un-prunes. */
export function followTarget(steps: number, target: () => number): Schedule {
  return (position) => readRecipe(recipeOf(steps, target())).schedule(position);
}
