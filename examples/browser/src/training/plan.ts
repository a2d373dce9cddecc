import { polynomialDecay, type Schedule } from '@synaprune/core';

/** When a run prunes: dense until `start`, then along a curve until `end`, then on with what is left. */
export interface Plan {
  readonly start: number;
  readonly end: number;
  /** Steps between two updates of the masks. */
  readonly every: number;
}

/**
 * A third of the run to learn, half of it to prune, the rest to recover; about thirty updates of the masks, and
 * never one at every step.
 */
export function planOf(steps: number): Plan {
  const every = Math.max(2, Math.round(steps / 60));
  const start = every * Math.floor((0.3 * steps) / every);
  return { start, end: Math.max(start + 1, Math.floor(0.8 * steps)), every };
}

/** Zhu and Gupta's curve to a target that may move while the run goes on. The pruner never un-prunes. */
export function followTarget({ start, end }: Plan, target: () => number): Schedule {
  return (position) => polynomialDecay({ from: 0, to: target(), start, end })(position);
}
