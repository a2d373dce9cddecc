import type { Pruner } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs';
import type { TfjsBackend } from './backend.js';
import { type Gradients, maskedStep } from './masked-step.js';
import { patchMethod } from './patch-method.js';

/**
 * Masks every step of a model's optimizer, whichever that is: when the model is compiled again, the new one.
 * Constraints would be no help (training never applies them), nor callbacks (validation runs before them).
 */
export function followOptimizer(
  model: tf.LayersModel,
  backend: Pick<TfjsBackend, 'maskOf'>,
  pruner: Pick<Pruner, 'enforceSync'>,
): { follow(): void; detach(): void } {
  let live = true;
  let followed: tf.Optimizer | undefined;
  let release = (): void => {};

  const follow = (): void => {
    if (!live || model.optimizer === followed) return;
    release();
    followed = model.optimizer;
    release = patchMethod(followed, 'applyGradients', (apply) => {
      const step = maskedStep(apply, pruner, backend);
      const mine = followed;
      // Another's patch around this one may keep it in place after we have let go.
      return (gradients: Gradients) => (live && mine === followed ? step : apply)(gradients);
    });
  };

  const restoreCompile = patchMethod(model, 'compile', (compile) => (args) => {
    compile(args);
    follow();
  });
  follow();
  return {
    follow,
    detach() {
      if (!live) return;
      live = false;
      release();
      restoreCompile();
    },
  };
}
