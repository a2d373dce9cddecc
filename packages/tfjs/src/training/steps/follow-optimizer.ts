import type { Pruner } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import { patchMethod } from '../../internals/patch-method.js';
import { variableOf } from '../../model/trained-weights.js';
import type { StepWatch } from '../../scoring/step-watch.js';
import type { DenseStep } from '../dense/dense-weights.js';
import { type Gradients, namesOf, noteOrder } from './gradient-order.js';
import { maskedStep } from './masked-step.js';

/** The optimizers whose steps are masked, whichever the model has. Made by {@link followOptimizer}. */
export interface Following {
  /** Whether it has not been detached. */
  live(): boolean;
  /**
   * Goes over to the model's optimizer of now, if that is another one.
   *
   * @param fitting whether a fit goes on, until whose end those from before are followed too: a Sequential that is compiled
   *   makes another model of itself, and the fit goes on with the one that it began with
   */
  follow(fitting: boolean): void;
  /** Gives optimizers their own methods back. Harmless when repeated. */
  detach(): void;
}

/**
 * Masks every step of a model's optimizer. Constraints would be no help (training never applies them), nor
 * callbacks (validation runs before them).
 *
 * @param taken called after every step
 * @param watch is shown every step
 * @param dense where what is dropped learns on
 */
export function followOptimizer(
  model: LayersModel,
  backend: Pick<TfjsBackend, 'maskGradient' | 'endStep'>,
  pruner: Pick<Pruner, 'enforceSync'>,
  taken: () => void,
  watch?: Pick<StepWatch, 'begin'>,
  dense?: DenseStep,
): Following {
  let live = true;
  const followed = new Map<tf.Optimizer, () => void>();
  let own = new Set<string>();

  const isOwn = (gradients: Gradients): boolean => namesOf(gradients).some((name) => own.has(name));
  const follow = (fitting: boolean): void => {
    own = new Set(model.weights.map((weight) => variableOf(weight).name));
    // Without an optimizer there is no step to mask, and tfjs says so itself when one is to be taken.
    if (!live || model.optimizer == null) return;
    const { optimizer } = model;
    if (!fitting) releaseAll(optimizer);
    if (followed.has(optimizer)) return;
    const release = patchMethod(optimizer, 'applyGradients', (apply) => {
      const step = maskedStep(apply, pruner, {
        backend,
        begin: watch && ((gradients) => watch.begin(optimizer, gradients)),
        dense,
      });
      return (gradients: Gradients) => {
        // An optimizer may have been given to several models; the steps of others are theirs.
        if (!isOwn(gradients)) return apply(gradients);
        step(gradients);
        noteOrder(optimizer, gradients);
        taken();
      };
    });
    followed.set(optimizer, release);
  };
  /** Leaves optimizers that the model has no more. */
  const releaseAll = (but?: tf.Optimizer): void => {
    for (const [optimizer, release] of followed) {
      if (optimizer === but) continue;
      release();
      followed.delete(optimizer);
    }
  };

  follow(false);
  return {
    live: () => live,
    follow,
    detach() {
      live = false;
      releaseAll();
    },
  };
}
