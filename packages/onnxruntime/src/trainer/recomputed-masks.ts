import type { Pruner } from '@synaprune/core';
import { requireAnew } from '@synaprune/core/checks';
import type { MaskablePattern } from './graph-groups.js';
import type { TrainerPruneOptions } from './prune-options.js';

/** @throws TypeError for what makes no sense where dropped elements learn on, or cannot be had */
export function requireRecomputable(
  options: Pick<TrainerPruneOptions, 'regrow' | 'keepZeros'>,
  found: MaskablePattern | undefined,
): void {
  const caller = 'prune of a trainer with straightThrough';
  requireAnew(caller, options);
  if (found?.isGrouped === true) {
    throw new TypeError(
      `${caller} does not take channels of groups: biases and scales have no mask in a step`,
    );
  }
}

/**
 * The same pruner, but that every update chooses anew among all elements, dropped ones too, by the values that they have
 * learned meanwhile. What it does is loaded when it is done: most trainers drop for good.
 */
export function recomputing(pruner: Pruner): Pruner {
  return {
    ...pruner,
    update: async (position) => (await import('./choose-anew.js')).updateAnew(pruner, position),
    report: async () => (await import('./choose-anew.js')).reportDense(pruner),
  };
}
