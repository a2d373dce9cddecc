import type { Pruner } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs';
import type { TfjsBackend } from './backend.js';
import { type Gradients, maskedStep } from './masked-step.js';

/**
 * An optimizer for custom loops that zeroes dropped weights after each of its steps, whichever way it is
 * called: `minimize`, or `computeGradients` and `applyGradients`. In everything else it is the optimizer it
 * was made from: class name, configuration, weights and iterations are read and written there, and disposing
 * of one disposes of the other. The original, used directly, does not prune.
 *
 * @param pruner stays the caller's, who also calls `update`
 * @param options.backend the pruner's backend; with it, gradients of dropped weights are zeroed too, which
 *   keeps the optimizer's moments clean
 * @throws PruneError from its steps, as `Pruner.enforceSync`
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, pruneOptimizer, tfjsBackend } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]));
 * const backend = tfjsBackend();
 * const pruner = createPruner({
 *   backend,
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 * });
 * const optimizer = pruneOptimizer(tf.train.adam(0.1), pruner, { backend });
 * await pruner.update(0);
 * for (let step = 0; step < 5; step += 1) optimizer.minimize(() => kernel.sub(1).square().sum());
 * console.log((await kernel.data()).filter((value) => value === 0).length); // 2
 * ```
 */
export function pruneOptimizer<Inner extends tf.Optimizer>(
  optimizer: Inner,
  pruner: Pick<Pruner, 'enforceSync'>,
  { backend }: { readonly backend?: Pick<TfjsBackend, 'maskOf'> } = {},
): Inner {
  const apply = (gradients: Gradients) => optimizer.applyGradients(gradients);
  const step = maskedStep(apply, pruner, backend);
  // A proxy, because a copy or a subclass would keep its own iterations and moments.
  return new Proxy(optimizer, {
    get: (target, key, self) => (key === 'applyGradients' ? step : Reflect.get(target, key, self)),
  });
}
