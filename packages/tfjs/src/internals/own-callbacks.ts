import { CustomCallback, type CustomCallbackArgs, type ModelFitArgs } from '@tensorflow/tfjs-layers';

/** `BaseCallback`, which early stopping inherits from as well as what is made of plain callbacks. */
const BaseCallback = Object.getPrototypeOf(CustomCallback) as new () => object;

/**
 * Whether tfjs takes a callback as it is, and does not make one of its own of it.
 *
 * Written for tfjs-layers 4.22.0, which does not export `BaseCallback` and asks only the first of a list whether it is
 * one: the exported `Callback` lies below it, beside what it makes of plain ones.
 */
export function isOwnCallback(callback: unknown): boolean {
  return callback instanceof BaseCallback;
}

/** A plain callback as tfjs makes it its own. */
export function toOwnCallback(
  callback: CustomCallbackArgs,
  yieldEvery: ModelFitArgs['yieldEvery'],
): CustomCallback {
  return new CustomCallback(callback, yieldEvery!);
}
