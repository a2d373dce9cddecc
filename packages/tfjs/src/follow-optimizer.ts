import type { Pruner } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import type { TfjsBackend } from './assemble-backend.js';
import { type Gradients, maskedStep } from './masked-step.js';
import { patchMethod } from './patch-method.js';

/** A model whose steps are masked. Made by {@link followOptimizer}. */
export interface Following {
  /** Whether it has not been detached. */
  live(): boolean;
  /** Goes over to the model's optimizer of now, if that is another one. */
  follow(): void;
  /** Gives optimizer and model their own methods back. Harmless when repeated. */
  detach(): void;
}

/**
 * Masks every step of a model's optimizer, whichever that is: when the model is compiled again, the new one.
 * Constraints would be no help (training never applies them), nor callbacks (validation runs before them).
 *
 * @param taken called after every step
 */
export function followOptimizer(
  model: LayersModel,
  backend: Pick<TfjsBackend, 'maskGradient'>,
  pruner: Pick<Pruner, 'enforceSync'>,
  taken: () => void,
): Following {
  let live = true;
  let followed: tf.Optimizer | undefined;
  let release = (): void => {};

  const follow = (): void => {
    if (!live || model.optimizer === followed) return;
    release();
    followed = model.optimizer;
    release = patchMethod(followed, 'applyGradients', (apply) => {
      const step = maskedStep(apply, pruner, backend);
      return (gradients: Gradients) => {
        step(gradients);
        taken();
      };
    });
  };

  follow();
  const restoreCompile = patchMethod(model, 'compile', (compile) => (args) => {
    compile(args);
    follow();
  });
  return {
    live: () => live,
    follow,
    detach() {
      live = false;
      release();
      restoreCompile();
    },
  };
}
