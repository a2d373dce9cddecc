import { type ObservedScore, observedScore } from './observed-score.js';
import { rankSigned } from './rank-signed.js';

/**
 * Ranks elements by `Σ −w·g` over all steps so far, with its sign: those that training moves towards zero go first, those
 * that it moves away from zero stay, however large either are. For fine-tuning, where magnitudes tell of the task before.
 *
 * Sums of ±2⁻⁶³ and nearer to zero tie with zero.
 *
 * @see Sanh et al. 2020, https://arxiv.org/abs/2005.07683
 *
 * @example
 * ```ts
 * import { movementScore } from '@synaprune/core';
 *
 * console.log(movementScore().name); // movement
 * ```
 */
export function movementScore(): ObservedScore {
  return observedScore({
    name: 'movement',
    needs: ['weight', 'gradient'],
    memory: { movement: 'gradient' },
    observe: ({ subtract, multiply }, { weight, gradient }, { movement }) => ({
      movement: subtract(movement!, multiply(weight, gradient)),
    }),
    rank: (arithmetic, _, { movement }) => rankSigned(arithmetic, movement!),
  });
}
