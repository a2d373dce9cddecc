import { polynomialDecay, type Schedule } from '@synaprune/core';

/** One training run that passes through all sparsities, one stage after another. */
export interface TrainingPlan {
  readonly sparsities: readonly number[];
  /** Steps of each stage. */
  readonly steps: number;
  /** The share of a stage in which the sparsity rises; the rest of it repairs. */
  readonly rising: number;
  readonly learningRate: number;
}

/** How sparse at a step, counted from 0: in each stage from the sparsity before to its own, fast first. */
export function sparsityOf({ sparsities, steps, rising }: TrainingPlan): Schedule {
  const ramps = sparsities.map((to, stage) =>
    polynomialDecay({
      from: sparsities[stage - 1] ?? 0,
      to,
      start: stage * steps,
      end: stage * steps + Math.max(1, Math.round(rising * steps)),
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
