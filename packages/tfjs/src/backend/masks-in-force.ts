import type * as tf from '@tensorflow/tfjs-core';
import type { TfjsMask } from './mask.js';

/** Which masks hold for the gradients of a variable. Made by {@link createMasksInForce}. */
export interface MasksInForce {
  /** A mask was made for a variable. */
  add(weight: tf.Variable, mask: TfjsMask): void;
  /** A mask is about to be enforced. */
  enforce(weight: tf.Variable, mask: TfjsMask): void;
  /** A mask is given back. */
  remove(mask: TfjsMask): void;
  /** An optimizer's step is over. */
  endStep(weights: readonly tf.Variable[]): void;
  /**
   * Those enforced since the last step, each of them: several pruners may have a variable, and a step obeys all that
   * take part in it. Where none was, the mask that has been there longest: masks that are made later and never enforced
   * are there for counting only.
   */
  on(weight: tf.Variable): readonly TfjsMask[];
}

/** How many masks pruners hold on a variable, whatever their backends. */
const maskCounts = new WeakMap<tf.Variable, number>();

/** Whether more than `own` masks are held on a variable: others prune it too. */
export function isMaskedByOthers(weight: tf.Variable, own: number): boolean {
  return (maskCounts.get(weight) ?? 0) > own;
}

function countMask(weight: tf.Variable, change: 1 | -1): void {
  maskCounts.set(weight, (maskCounts.get(weight) ?? 0) + change);
}

/** Keeps the books of one backend's masks. */
export function createMasksInForce(): MasksInForce {
  const weights = new Map<TfjsMask, tf.Variable>();
  const masks = new Map<tf.Variable, TfjsMask[]>();
  const enforced = new Map<tf.Variable, Set<TfjsMask>>();
  return {
    add(weight, mask) {
      weights.set(mask, weight);
      masks.set(weight, [...(masks.get(weight) ?? []), mask]);
      countMask(weight, 1);
    },
    enforce(weight, mask) {
      const own = enforced.get(weight);
      if (own === undefined) enforced.set(weight, new Set([mask]));
      else own.add(mask);
    },
    remove(mask) {
      const weight = weights.get(mask);
      if (weight === undefined) return;
      weights.delete(mask);
      enforced.get(weight)?.delete(mask);
      const rest = masks.get(weight)!.filter((other) => other !== mask);
      masks.set(weight, rest);
      countMask(weight, -1);
      if (rest.length > 0) return;
      masks.delete(weight);
      enforced.delete(weight);
    },
    endStep(list) {
      for (const weight of list) enforced.get(weight)?.clear();
    },
    on(weight) {
      const own = enforced.get(weight);
      return own !== undefined && own.size > 0 ? [...own] : (masks.get(weight) ?? []).slice(0, 1);
    },
  };
}
