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

  return {
    ...verbs,
    manifest,

    maskOf: (weight) => masks.get(weight)?.[0]?.kept,

    maskGradient(weight, gradient) {
      const mask = masks.get(weight)?.[0];
      return mask === undefined ? gradient : verbs.maskTensor(mask, gradient);
    },

    shape: (weight) => requireLive(weight).shape,

    createMask(weight) {
      const mask = verbs.createMask(weight);
      masks.set(weight, [...(masks.get(weight) ?? []), mask]);
      return mask;
    },

    disposeMask(mask) {
      for (const [weight, list] of masks) {
        const rest = list.filter((other) => other !== mask);
        if (rest.length === 0) masks.delete(weight);
        else masks.set(weight, rest);
      }
      verbs.disposeMask(mask);
    },
  };
}
