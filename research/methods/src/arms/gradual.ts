import type { Ramp, ScheduleRecipe } from '@synaprune/core';
import type { MaskSpec, Treatment } from '../run.js';
import type { Arm } from './arm.js';

/** Masks that only grow sparser, all weights ranked together by magnitude, updated fifty times in a training. */
export function masks(steps: number, schedule: ScheduleRecipe, others: Partial<MaskSpec> = {}): Treatment {
  return {
    kind: 'masks',
    schedule,
    every: everyOf(steps),
    looks: 0,
    score: 'magnitude',
    distribution: 'global',
    startsRandom: false,
    regrow: null,
    ...others,
  };
}

/** Steps between updates. */
export function everyOf(steps: number): number {
  return Math.max(1, Math.floor(steps / 50));
}

/** A step at a fraction of a training, at which masks are updated. */
export function stepAt(fraction: number, steps: number): number {
  const every = everyOf(steps);
  return every * Math.round((fraction * steps) / every);
}

/** From a tenth of the training to seven tenths of it. */
function ramp(steps: number, from: number, to: number): Ramp {
  return { from, to, start: stepAt(0.1, steps), end: stepAt(0.7, steps) };
}

/** The ramp of Zhu and Gupta. */
export function cubic(steps: number, to: number): ScheduleRecipe {
  return { kind: 'polynomialDecay', ...ramp(steps, 0, to) };
}

/** The synaptic ramp jumps to 0.3 where it starts, as the study has it. */
function synaptic(steps: number, to: number): ScheduleRecipe {
  return { kind: 'synapticRamp', ...ramp(steps, 0.3, to) };
}

export const zhuGupta: Arm = {
  name: 'zhu-gupta',
  title: 'Zhu-Gupta ramp',
  explanation:
    'The smallest weights go along the cubic curve of Zhu and Gupta 2017, fast first, from a tenth of the steps to seven tenths.',
  simple: true,
  treatment: (steps, to) => masks(steps, cubic(steps, to)),
};

export const synapticArm: Arm = {
  name: 'synaptic',
  title: 'synaptic ramp',
  explanation:
    'The same along the curve of Vos et al. 2025: 0.3 at once at a tenth of the steps, then slow first.',
  simple: true,
  treatment: (steps, to) => masks(steps, synaptic(steps, to)),
};

export const oneShotArm: Arm = {
  name: 'one-shot',
  title: 'one-shot',
  explanation:
    'Trained dense for three fifths of the steps, then the smallest weights go at once; the rest of the steps fine-tunes.',
  simple: true,
  treatment: (steps, to) => masks(steps, { kind: 'oneShot', to, at: stepAt(0.6, steps) }),
};

export const randomArm: Arm = {
  name: 'random',
  title: 'random mask, same ramp',
  explanation: 'The synaptic ramp, weights drawn by lot.',
  simple: true,
  treatment: (steps, to) => masks(steps, synaptic(steps, to), { score: 'random' }),
};
