import { type ObservedScore, observedScore } from './observed-score.js';

/**
 * Ranks elements by the magnitude of the gradient at the last step, dropped ones too: what RigL grows by, and of little
 * use for what goes.
 *
 * @see Evci et al. 2020, https://arxiv.org/abs/1911.11134
 *
 * @example
 * ```ts
 * import { gradientScore } from '@synaprune/core';
 *
 * console.log(gradientScore().needs); // [ 'gradient' ]
 * ```
 */
export function gradientScore(): ObservedScore {
  return observedScore({
    name: 'gradient',
    needs: ['gradient'],
    memory: { gradient: 'gradient' },
    observe: (_, { gradient }) => ({ gradient }),
    rank: (_, __, { gradient }) => gradient!,
  });
}
