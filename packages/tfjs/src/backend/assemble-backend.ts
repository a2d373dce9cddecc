import type { BackendManifest, TensorBackend } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { TfjsMask } from './mask.js';
import { requireLive } from './require-fit.js';

/** The verbs of a backend over `tf.Variable`s, without what it says of itself. */
export interface TfjsVerbs extends Omit<TensorBackend<tf.Variable, TfjsMask>, 'manifest' | 'shape'> {
  /** A new tensor: `values` with every element that the mask drops at +0. */
  maskTensor(mask: TfjsMask, values: tf.Tensor): tf.Tensor;
}

/** What `tfjsBackend` makes: the contract, and the masks for those who mask gradients. */
export interface TfjsBackend extends TensorBackend<tf.Variable, TfjsMask> {
  /** The mask that a pruner holds on a variable, if one does: bool, true where kept. Not to be disposed. */
  maskOf(weight: tf.Variable): tf.Tensor | undefined;
  /**
   * A variable's gradient with the dropped elements at +0: a new tensor where a pruner holds a mask on the
   * variable, else the gradient itself.
   */
  maskGradient(weight: tf.Variable, gradient: tf.Tensor): tf.Tensor;
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

/**
 * A backend from its verbs: adds shapes, and which mask belongs to which variable. For packages that know one
 * device of tfjs better than its own operations do.
 *
 * @example
 * ```ts no-run
 * import { assembleBackend, type TfjsVerbs } from '@synaprune/tfjs';
 * import type { BackendManifest } from '@synaprune/core';
 *
 * declare const verbs: TfjsVerbs;
 * declare const manifest: BackendManifest;
 * export const backend = assembleBackend(verbs, manifest);
 * ```
 */
export function assembleBackend(verbs: TfjsVerbs, manifest: BackendManifest): TfjsBackend {
  const masks = new Map<tf.Variable, TfjsMask[]>();
  /**
   * Of several masks on one variable the one that was enforced last: a step enforces before it looks at the
   * gradients, so that this is the mask of the pruner whose step it is.
   */
  const enforced = new Map<tf.Variable, TfjsMask>();
  const maskOn = (weight: tf.Variable) => enforced.get(weight) ?? masks.get(weight)?.[0];

  return {
    ...verbs,
    manifest,

    maskOf: (weight) => maskOn(weight)?.kept,

    maskGradient(weight, gradient) {
      const mask = maskOn(weight);
      return mask === undefined ? gradient : verbs.maskTensor(mask, gradient);
    },

    enforce(items) {
      for (const { weight, mask } of items) enforced.set(weight, mask);
      return verbs.enforce(items);
    },

    shape: (weight) => requireLive(weight).shape,

    createMask(weight) {
      const mask = verbs.createMask(weight);
      masks.set(weight, [...(masks.get(weight) ?? []), mask]);
      countMask(weight, 1);
      return mask;
    },

    disposeMask(mask) {
      for (const [weight, list] of masks) {
        const rest = list.filter((other) => other !== mask);
        if (rest.length < list.length) countMask(weight, -1);
        if (rest.length === 0) masks.delete(weight);
        else masks.set(weight, rest);
        if (enforced.get(weight) === mask) enforced.delete(weight);
      }
      verbs.disposeMask(mask);
    },
  };
}
