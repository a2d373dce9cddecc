import { type BackendManifest, type TensorBackend, wrapBackend } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsMask } from './mask.js';
import { createMasksInForce } from './masks-in-force.js';

/** The verbs of a backend over `tf.Variable`s, without what it says of itself. */
export interface TfjsVerbs extends Omit<TensorBackend<tf.Variable, TfjsMask>, 'manifest'> {
  /** A new tensor: `values` with every element that the mask drops at +0. */
  maskTensor(mask: TfjsMask, values: tf.Tensor): tf.Tensor;
}

/** What `tfjsBackend` makes: the contract, and the masks for those who mask gradients. */
export interface TfjsBackend extends TensorBackend<tf.Variable, TfjsMask> {
  /** The mask that a pruner holds on a variable, if one does: bool, true where kept. Not to be disposed. */
  maskOf(weight: tf.Variable): tf.Tensor | undefined;
  /**
   * A variable's gradient with the dropped elements at +0: a new tensor where a pruner holds a mask on the
   * variable, else the gradient itself. Of several pruners all count that have enforced their masks since the last
   * step, which those who take part in one do just before it.
   */
  maskGradient(weight: tf.Variable, gradient: tf.Tensor): tf.Tensor;
  /**
   * Says that an optimizer's step, whose gradients were masked, is over for these variables, so that whoever no longer
   * takes part in the steps is not obeyed in the next one.
   */
  endStep(weights: readonly tf.Variable[]): void;
}

/**
 * A backend from its verbs: adds what it says of itself, and which mask belongs to which variable. For packages that
 * know one device of tfjs better than its own operations do.
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
  const { maskTensor, ...inner } = verbs;
  type Handles = { readonly weight: tf.Variable; readonly mask: TfjsMask };
  const masks = createMasksInForce();
  const backend = wrapBackend<Handles, Handles>(
    { ...inner, manifest },
    {
      weight: (weight) => weight,
      mask: (mask) => mask,
      wrapMask(mask, weight) {
        masks.add(weight, mask);
        return mask;
      },
      beforeWrite(items) {
        for (const { weight, mask } of items) masks.enforce(weight, mask);
      },
      maskDisposed: masks.remove,
    },
  );
  return {
    ...backend,
    maskOf: (weight) => masks.on(weight).at(-1)?.kept,
    maskGradient(weight, gradient) {
      const [first, ...others] = masks.on(weight);
      if (first === undefined) return gradient;
      if (others.length === 0) return maskTensor(first, gradient);
      return tf.tidy(() =>
        others.reduce((masked, mask) => maskTensor(mask, masked), maskTensor(first, gradient)),
      );
    },
    endStep: masks.endStep,
  };
}
