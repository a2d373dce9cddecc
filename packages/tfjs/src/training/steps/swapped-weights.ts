import { PruneError } from '@synaprune/core';
import type * as tf from '@tensorflow/tfjs-core';

/** How many averages stand in the place of a variable: those who put one in one after another take it out so, too. */
const swapped = new WeakMap<tf.Variable, number>();

/** Notes that something else stands in the place of variables: steps on it would be lost. */
export function noteSwapped(weights: readonly tf.Variable[]): void {
  for (const weight of weights) swapped.set(weight, (swapped.get(weight) ?? 0) + 1);
}

/** Notes that the variables hold their own values again. */
export function noteBack(weights: readonly tf.Variable[]): void {
  for (const weight of weights) swapped.set(weight, (swapped.get(weight) ?? 1) - 1);
}

/** @throws PruneError `busy` when something else stands in the place of one of the variables */
export function requireOwnValues(weights: readonly tf.Variable[]): void {
  if (!weights.some((weight) => (swapped.get(weight) ?? 0) > 0)) return;
  throw new PruneError(
    'busy',
    'a step needs the weights in their places: a moving average stands there, and swapOut() would lose the step; swapOut() first',
  );
}
