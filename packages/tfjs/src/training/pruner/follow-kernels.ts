import type { NamedWeight, Pruner, Select } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { type FoundKernels, selectKernels } from '../../model/kernels.js';
import { trainedVariables } from '../../model/trained-weights.js';
import { createClaims } from './claims.js';
import { compareKernels, tellUntrained } from './kernel-changes.js';
import type { MaskKeeper } from './mask-keeper.js';
import { noKernels } from './no-kernels.js';
import type { Telling } from './telling.js';

/** The kernels that a model trains, and a pruner over them. Made by {@link followKernels}. */
export interface FollowedKernels {
  /** Those that the last look found. */
  kernels(): FoundKernels;
  /** The pruner over them; another one whenever they change. */
  pruner(): Pruner;
  /** Looks at what the model trains by now, and goes over to that. */
  look(): void;
  /** Stays with the kernels of now, and lets other prunings have them. */
  release(): void;
}

/**
 * Follows a model's kernels, which change when it is compiled again: each list of them has a pruner of its own, and
 * the masks go from one to the next.
 *
 * @param create makes a pruner over these weights, through the keeper's backend
 * @param replaced called when another pruner has taken over, which has not come to any position yet
 * @throws PruneError `already-pruned`, `no-weights`, and whatever `create` throws; nothing is left behind then
 */
export function followKernels(
  model: LayersModel,
  select: Select | undefined,
  keeper: MaskKeeper,
  telling: Telling,
  create: (weights: readonly NamedWeight<tf.Variable>[]) => Pruner,
  replaced: () => void,
): FollowedKernels {
  let kernels = selectKernels('pruneModel', model, select);
  let seen = trainedVariables(model);
  if (kernels.kernels.length === 0) throw noKernels(model, kernels);
  const claims = createClaims(model.name);
  claims.take(kernels.kernels);
  let current: Pruner;
  try {
    current = create(kernels.kernels);
  } catch (error) {
    claims.release();
    throw error;
  }
  let released = false;

  /** A pruner of other kernels, with the masks that they have, in the place of one that is disposed of. */
  const replace = (before: Pruner, found: FoundKernels): Pruner => {
    const next = keeper.handOver(() => create(found.kernels));
    try {
      before.dispose();
    } catch (error) {
      next.dispose();
      throw error;
    }
    return next;
  };

  return {
    kernels: () => kernels,
    pruner: () => current,
    look() {
      const trained = trainedVariables(model);
      if (released || isSame(trained, seen)) return;
      const found = selectKernels('pruneModel', model, select);
      // Frozen as a whole, as half of an adversarial pair is while the other one learns, a model takes no step.
      if (found.kernels.length === 0) return;
      const notices = compareKernels(kernels, found);
      if (notices.length > 0) {
        claims.take(found.kernels);
        try {
          current = replace(current, found);
        } catch (error) {
          claims.take(kernels.kernels);
          throw error;
        }
        replaced();
      }
      kernels = found;
      seen = trained;
      for (const { code, weights } of notices) {
        if (code === 'weights-joined') telling.withdraw('weights-left', weights);
        if (code === 'weights-left') telling.withdraw('weights-joined', weights);
      }
      telling.withdraw('pruned-not-trained');
      for (const notice of [...notices, ...tellUntrained(model, found)]) telling.tell(notice);
    },
    release() {
      released = true;
      claims.release();
    },
  };
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((value, i) => value === other[i]);
}
