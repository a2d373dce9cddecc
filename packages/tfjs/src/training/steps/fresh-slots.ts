import { describe, requireOptions } from '@synaprune/core/checks';
import * as tf from '@tensorflow/tfjs-core';
import type { TfjsBackend } from '../../backend/assemble-backend.js';
import { slotsOf } from '../../internals/optimizer-slots.js';
import { gradientOrder } from './gradient-order.js';

/**
 * Sets what an optimizer keeps for dropped weights (moments, accumulators) to what it is before a first step: 0, and
 * Adagrad's initial accumulator. Called after every update of a pruner that brings weights back, so that what comes
 * back starts with fresh slots, and is not moved on by the momentum of its former life. Between updates nothing builds up
 * again, because the gradients of dropped weights are masked. `pruneModel` does so itself where `regrow` is given.
 *
 * Works for all of tfjs's optimizers. Only what has had a step has slots. Where the optimizer's slots belong to other
 * shapes than the weights, they are left alone.
 *
 * @param optimizer made by `pruneOptimizer` with its backend, whose steps mask the gradients
 * @throws TypeError when an argument is of a wrong type
 *
 * @example
 * ```ts
 * import { constantSparsity, createPruner, freshSlots, pruneOptimizer, randomScore, tfjsBackend } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const kernel = tf.variable(tf.tensor1d([3, -1, 2, -4]), true, 'kernel');
 * const backend = tfjsBackend();
 * const pruner = createPruner({
 *   backend,
 *   weights: [{ name: 'kernel', weight: kernel }],
 *   schedule: constantSparsity(0.5),
 *   regrow: { by: randomScore({ seed: 1 }), fraction: 0.5 },
 * });
 * const optimizer = pruneOptimizer(tf.train.momentum(0.1, 0.9), pruner, { backend });
 * for (let step = 0; step < 4; step += 1) {
 *   if (step % 2 === 0) {
 *     await pruner.update(step);
 *     freshSlots(optimizer, [kernel], { backend });
 *   }
 *   optimizer.minimize(() => kernel.sub(1).square().sum());
 * }
 * const slots = await optimizer.getWeights();
 * console.log([...slots[1]!.tensor.dataSync()].filter((value) => value === 0).length); // 2
 * ```
 */
export function freshSlots(
  optimizer: tf.Optimizer,
  weights: readonly tf.Variable[],
  options: { readonly backend: Pick<TfjsBackend, 'maskGradient'> },
): void {
  if (typeof optimizer?.applyGradients !== 'function') {
    throw new TypeError(
      `freshSlots needs an optimizer, as pruneOptimizer returns it, got ${describe(optimizer)}`,
    );
  }
  if (!Array.isArray(weights) || !weights.every((weight) => weight instanceof tf.Variable)) {
    throw new TypeError(`freshSlots needs a list of tf.Variables, got ${describe(weights)}`);
  }
  requireOptions('freshSlots', '', options, ['backend']);
  const { backend } = options;
  if (typeof backend?.maskGradient !== 'function') {
    throw new TypeError(`freshSlots needs backend to be a TfjsBackend, got ${describe(backend)}`);
  }
  clearSlots(optimizer, weights, backend, gradientOrder(optimizer));
}

/**
 * As {@link freshSlots}, with the names of the variables in the order of the optimizer's gradients; nothing where that is
 * not known.
 */
export function clearSlots(
  optimizer: tf.Optimizer,
  weights: readonly tf.Variable[],
  backend: Pick<TfjsBackend, 'maskGradient'>,
  order: readonly string[] | undefined,
): void {
  const places = new Map(order?.map((name, i) => [name, i]));
  tf.tidy(() => {
    for (const { fresh, variables } of slotsOf(optimizer)) {
      for (const weight of weights) {
        const slot = variables[places.get(weight.name) ?? -1];
        if (slot === undefined || String(slot.shape) !== String(weight.shape)) continue;
        if (fresh === 0) {
          slot.assign(backend.maskGradient(weight, slot));
          continue;
        }
        const kept = tf.cast(backend.maskGradient(weight, tf.onesLike(slot)), 'bool');
        slot.assign(tf.where(kept, slot, tf.fill(slot.shape, fresh)));
      }
    }
  });
}
