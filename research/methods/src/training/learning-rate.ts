import type { TrainingSpec } from '../run.js';

/** The rate of a step, counted from 0: constant, then in a straight line to zero over the last fifth. */
export function learningRateAt(step: number, { steps, learningRate }: TrainingSpec): number {
  const falls = steps - Math.floor(0.8 * steps);
  return learningRate * Math.min(1, (steps - step) / falls);
}
