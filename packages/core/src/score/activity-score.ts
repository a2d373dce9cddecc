import { requireChoice, requireFraction, requireOptions } from '../checks/require.js';
import { type ObservedScore, observedScore } from './observed-score.js';

/**
 * Ranks by what passes through: activity-dependent pruning, as synapses have it. Of a `connection` that is `|w|·E|x|`, of
 * a `unit` `E|y|`, what it puts out, the same for all of its connections; for the pattern `channel`. `E` is a moving
 * average over the steps, `a' = decay·a + (1 − decay)·mean`, from 0 on: all weights have seen as many steps, so that no
 * correction would change their order.
 *
 * @param options.of `connection` unless told
 * @param options.decay in [0, 1]: 0 looks at the last step alone. 0.99 unless told
 * @throws TypeError | RangeError when an option is unknown or wrong
 *
 * @see Vos et al. 2025, whose title promises it and whose program ranks by magnitude, https://arxiv.org/abs/2508.09330
 *
 * @example
 * ```ts
 * import { activityScore } from '@synaprune/core';
 *
 * console.log(activityScore({ decay: 0.9 }).options); // { of: 'connection', decay: 0.9 }
 * ```
 */
export function activityScore(
  options: { readonly of?: 'connection' | 'unit' | undefined; readonly decay?: number | undefined } = {},
): ObservedScore {
  requireOptions('activityScore', '', options, ['of', 'decay']);
  const { of = 'connection', decay = 0.99 } = options;
  requireChoice('activityScore', 'of', of, ['connection', 'unit']);
  requireFraction('activityScore', 'decay', decay);
  const signal = of === 'unit' ? 'outputMagnitude' : 'inputMagnitude';
  return observedScore({
    name: 'activity',
    options: { of, decay },
    needs: [signal],
    memory: { activity: signal },
    observe: ({ add, multiply, scalar }, signals, { activity }) => ({
      activity: add(multiply(activity!, scalar(decay)), multiply(signals[signal], scalar(1 - decay))),
    }),
    rank: ({ multiply }, weight, { activity }) => (of === 'unit' ? activity! : multiply(weight, activity!)),
  });
}
