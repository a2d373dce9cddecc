import { polynomialDecay, type Schedule } from '@synaprune/core';

/** One training run that passes through all sparsities, one stage after another. */
export interface TrainingPlan {
  readonly sparsities: readonly number[];
  /** Steps of each stage, at least 2. */
  readonly steps: number;
  /** The share of a stage in which the sparsity rises; the rest of it repairs. */
  readonly rising: number;
  readonly learningRate: number;
}

/** Steps from a stage's beginning to its full sparsity: never all of them. */
const risingSteps = ({ steps, rising }: TrainingPlan): number =>
  Math.max(1, Math.min(steps - 1, Math.round(rising * steps)));

/** Steps between updates of the masks while the sparsity rises. */
const UPDATE_EVERY = 4;

/** Whether the masks are brought up to date at a step: now and then while the sparsity rises, and at its height. */
export function isUpdate(plan: TrainingPlan, step: number): boolean {
  const at = step % plan.steps;
  const height = risingSteps(plan);
  return at === height || (at < height && at % UPDATE_EVERY === 0);
}

/** How sparse at a step, counted from 0: in each stage from the sparsity before to its own, fast first. */
export function sparsityOf(plan: TrainingPlan): Schedule {
  const { sparsities, steps } = plan;
  const ramps = sparsities.map((to, stage) =>
    polynomialDecay({
      from: sparsities[stage - 1] ?? 0,
      to,
      start: stage * steps,
      end: stage * steps + risingSteps(plan),
    }),
  );
  return (step) => ramps[Math.min(Math.floor(step / steps), ramps.length - 1)]!(step);
}

/** The learning rate at a step: in each stage up in a few steps, then down to a hundredth along a cosine. */
export function learningRateOf({ steps, learningRate }: TrainingPlan): (step: number) => number {
  const warm = Math.max(1, Math.round(steps * 0.05));
  return (step) => {
    const at = step % steps;
    const warmth = Math.min(1, (at + 1) / warm);
    return learningRate * warmth * (0.01 + (0.99 * (1 + Math.cos((Math.PI * at) / steps))) / 2);
  };
}
