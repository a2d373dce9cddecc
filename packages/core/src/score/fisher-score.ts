import { requireChoice, requireOptions } from '../checks/require.js';
import { type ObservedScore, observedScore } from './observed-score.js';

/**
 * Ranks elements by `w²·F`, where `F` is the diagonal of the empirical Fisher information: the price of losing the element
 * to second order, as optimal brain damage has it.
 *
 * @param options.of where `F` comes from: the `gradient` (default), squared and added up over all steps; or the
 *   `secondMoment` that Adam and RMSprop keep anyway
 * @throws TypeError when `of` is neither
 *
 * @see LeCun et al. 1989, Optimal Brain Damage; Theis et al. 2018, https://arxiv.org/abs/1801.05787
 *
 * @example
 * ```ts
 * import { fisherScore } from '@synaprune/core';
 *
 * console.log(fisherScore({ of: 'secondMoment' }).options); // { of: 'secondMoment' }
 * ```
 */
export function fisherScore(
  options: { readonly of?: 'gradient' | 'secondMoment' | undefined } = {},
): ObservedScore {
  requireOptions('fisherScore', '', options, ['of']);
  const { of = 'gradient' } = options;
  requireChoice('fisherScore', 'of', of, ['gradient', 'secondMoment']);
  return observedScore({
    name: 'fisher',
    options: { of },
    needs: [of],
    memory: { information: of },
    observe: ({ add, multiply }, { gradient, secondMoment }, { information }) => ({
      information: of === 'gradient' ? add(information!, multiply(gradient, gradient)) : secondMoment,
    }),
    rank: ({ multiply }, weight, { information }) => multiply(multiply(weight, information!), weight),
  });
}
