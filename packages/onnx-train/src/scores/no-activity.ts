import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';

/** Nothing passes through layers where gradients of several batches have come together. */
export function noActivity(name: string): never {
  throw new PruneError(
    'unsupported',
    `a score needs what passes through the layer of ${quote(name)}, which an update from gathered gradients has not: take ` +
      'steps of one batch, or a score of weights and gradients',
  );
}
