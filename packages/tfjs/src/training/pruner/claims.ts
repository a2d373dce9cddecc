import { type NamedWeight, PruneError } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';

/** One who prunes variables, by the name of the model. */
interface Claim {
  readonly model: string;
}

const claims = new WeakMap<tf.Variable, Claim>();

/** The variables of one pruning, which no other may prune. Made by {@link createClaims}. */
export interface Claims {
  /**
   * Claims these variables, and gives up all others.
   *
   * @throws PruneError `already-pruned` when another pruning has one of them; nothing has changed then
   */
  take(weights: readonly NamedWeight<tf.Variable>[]): void;
  /** Gives up all. */
  release(): void;
}

/** Two prunings of one variable would each zero what the other keeps, and each report a sparsity of its own. */
export function createClaims(model: string): Claims {
  const own: Claim = { model };
  let mine: readonly tf.Variable[] = [];
  const release = (): void => {
    for (const weight of mine) claims.delete(weight);
    mine = [];
  };
  return {
    take(weights) {
      const others = weights.filter(({ weight }) => (claims.get(weight) ?? own) !== own);
      if (others.length > 0) {
        const other = claims.get(others[0]!.weight)!.model;
        const whose =
          other === model ? `model ${model} is` : `${model} shares weights with model ${other}, which is`;
        throw new PruneError(
          'already-pruned',
          `${whose} under pruning already, by an earlier pruneModel: ${listNames(others.map(({ name }) => name))}. ` +
            'Go on with the pruning that it returned; or end that one with its dispose() before pruning anew; or ' +
            'leave these weights to it with select: { exclude }',
        );
      }
      release();
      mine = weights.map(({ weight }) => weight);
      for (const weight of mine) claims.set(weight, own);
    },
    release,
  };
}
