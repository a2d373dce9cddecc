import type * as tf from '@tensorflow/tfjs-core';
import type { NamedGradient } from '../../scoring/step-watch.js';

/** What `optimizer.applyGradients` takes. */
export type Gradients = Parameters<tf.Optimizer['applyGradients']>[0];

const orders = new WeakMap<object, readonly string[]>();

/** Gradients in their order, each with the name of its variable. */
export function listGradients(gradients: Gradients): readonly NamedGradient[] {
  return Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }));
}

/** The names of the variables that gradients are of, in their order. */
export function namesOf(gradients: Gradients): readonly string[] {
  return listGradients(gradients).map(({ name }) => name);
}

/** Notes in which order an optimizer was given gradients: its slots are found by that. */
export function noteOrder(optimizer: object, gradients: Gradients): void {
  orders.set(optimizer, namesOf(gradients));
}

/** The order of an optimizer's last step, as far as it went through this package. */
export function gradientOrder(optimizer: object): readonly string[] | undefined {
  return orders.get(optimizer);
}
