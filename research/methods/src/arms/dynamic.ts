import type { RegrowthSpec, Treatment } from '../run.js';
import type { Arm } from './arm.js';
import { everyOf, masks, stepAt } from './gradual.js';

/** Sparse from the first step, layers by Erdős–Rényi. */
function sparseFromTheStart(steps: number, sparsity: number, by: RegrowthSpec['by'] | null): Treatment {
  return masks(
    steps,
    { kind: 'constantSparsity', sparsity },
    {
      distribution: 'erk',
      startsRandom: true,
      regrow: by === null ? null : { by, fraction: 0.3, from: everyOf(steps), until: stepAt(0.75, steps) },
    },
  );
}

export const staticRandom: Arm = {
  name: 'static-random',
  title: 'static random mask',
  explanation:
    'Sparse from the first step and never changed: a mask by lot, layers by Erdős–Rényi as SET and RigL have them.',
  simple: true,
  treatment: (steps, to) => sparseFromTheStart(steps, to, null),
};

export const set: Arm = {
  name: 'set',
  title: 'SET',
  explanation:
    'Starts like the static random mask; at every update the smallest 30 % of the kept weights, falling along a cosine, make room for as many drawn by lot.',
  simple: false,
  treatment: (steps, to) => sparseFromTheStart(steps, to, 'random'),
};

export const rigl: Arm = {
  name: 'rigl',
  title: 'RigL',
  explanation: 'The same as SET, but those with the largest gradients come in.',
  simple: false,
  treatment: (steps, to) => sparseFromTheStart(steps, to, 'gradient'),
};

export const acDc: Arm = {
  name: 'ac-dc',
  title: 'AC/DC',
  explanation:
    'Dense and sparse phases take turns: dense to a fifth of the steps, then sparse and dense ones of a tenth each, sparse for good from three fifths on. Each sparse phase keeps the largest weights (Peste et al. 2021).',
  simple: false,
  treatment: (steps, to) => {
    const tenth = stepAt(0.1, steps);
    return {
      kind: 'phases',
      to,
      start: 2 * tenth,
      compressed: tenth,
      dense: tenth,
      end: 6 * tenth,
      every: everyOf(steps),
    };
  },
};
