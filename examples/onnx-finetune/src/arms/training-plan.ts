import { type Recipe, readRecipe, type Schedule } from '@synaprune/core';

/** One training run that passes through all its recipes, one stage after another. */
export interface TrainingPlan {
  /** What each stage prunes, to what: alike but for their schedules, whose positions are steps of the whole run. */
  readonly recipes: readonly Recipe[];
  /** Steps of each stage, at least 2. */
  readonly steps: number;
  readonly learningRate: number;
}

/** The share of a stage in which the sparsity rises; the rest of it repairs. */
const RISING = 0.4;

/** Steps between updates of the masks, unless the recipe says. */
const UPDATE_EVERY = 4;

/** A recipe for each sparsity: in each stage from the sparsity before to its own, fast first. */
export function recipesOf(
  sparsities: readonly number[],
  steps: number,
  pruning: Omit<Recipe, 'schedule'>,
): Recipe[] {
  // Never all steps of a stage.
  const rising = Math.max(1, Math.min(steps - 1, Math.round(RISING * steps)));
  return sparsities.map((to, stage) => ({
    schedule: {
      kind: 'polynomialDecay',
      from: sparsities[stage - 1] ?? 0,
      to,
      start: stage * steps,
      end: stage * steps + rising,
    },
    ...pruning,
  }));
}

/** The sparsity that each stage ends at. */
export function targetsOf({ recipes, steps }: TrainingPlan): number[] {
  return recipes.map((recipe, stage) => readRecipe(recipe).schedule((stage + 1) * steps - 1));
}

/** How sparse at a step, counted from 0. */
export function sparsityOf({ recipes, steps }: TrainingPlan): Schedule {
  const schedules = recipes.map((recipe) => readRecipe(recipe).schedule);
  return (step) => schedules[Math.min(Math.floor(step / steps), schedules.length - 1)]!(step);
}

/** Whether the masks are brought up to date at a step: now and then while the sparsity rises, and at its height. */
export function updatesOf({ recipes, steps }: TrainingPlan): (step: number) => boolean {
  const stages = recipes.map((recipe, stage) => {
    const { schedule, every = UPDATE_EVERY } = readRecipe(recipe);
    return {
      height: Math.max(0, Math.ceil(schedule.end ?? 0) - stage * steps),
      every: typeof every === 'number' ? every : 1,
      // What grows back is exchanged for what is dropped as long as the stage lasts.
      grows: recipe.regrow !== undefined,
    };
  });
  return (step) => {
    const { height, every, grows } = stages[Math.floor(step / steps)]!;
    const at = step % steps;
    return at === height || ((at < height || grows) && at % every === 0);
  };
}

/** The learning rate at a step: in each stage up in a few steps, then down to a hundredth along a cosine. */
export function learningRateOf({
  steps,
  learningRate,
}: Pick<TrainingPlan, 'steps' | 'learningRate'>): (step: number) => number {
  const warm = Math.max(1, Math.round(steps * 0.05));
  return (step) => {
    const at = step % steps;
    const warmth = Math.min(1, (at + 1) / warm);
    return learningRate * warmth * (0.01 + (0.99 * (1 + Math.cos((Math.PI * at) / steps))) / 2);
  };
}
