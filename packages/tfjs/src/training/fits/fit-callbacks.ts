import { describe } from '@synaprune/core/checks';
import type { CustomCallbackArgs, ModelFitArgs } from '@tensorflow/tfjs-layers';
import { isOwnCallback, toOwnCallback } from '../../internals/own-callbacks.js';

type Callbacks = ModelFitArgs['callbacks'];

/**
 * Callbacks in a form that tfjs takes in any order. It takes a list of its own callbacks or one of plain ones; of
 * a mixed list, the plain ones are made its own here, as it makes them itself.
 *
 * @param own the pruning, which is easily given in the place of its callback
 * @throws TypeError when one of them is no callback, or the pruning's is there twice
 */
export function orderedCallbacks(
  callbacks: Callbacks | undefined,
  yieldEvery: ModelFitArgs['yieldEvery'],
  own: { readonly callback?: unknown },
): Callbacks | undefined {
  if (callbacks == null) return undefined;
  const list: readonly unknown[] = Array.isArray(callbacks) ? callbacks : [callbacks];
  for (const [i, callback] of list.entries()) {
    if (callback === own) throw new TypeError('callbacks needs pruning.callback, got the pruning itself');
    if (typeof callback !== 'object' || callback === null || Array.isArray(callback)) {
      throw new TypeError(
        `callbacks needs objects with hooks like onEpochEnd, got ${describe(callback)} at ${i}`,
      );
    }
  }
  if (own.callback !== undefined && list.filter((callback) => callback === own.callback).length > 1) {
    throw new TypeError('callbacks needs pruning.callback once: each of its hooks would run twice');
  }
  if (!list.some(isOwnCallback) || list.every(isOwnCallback)) return callbacks;
  return list.map((callback) =>
    isOwnCallback(callback) ? callback : toOwnCallback(callback as CustomCallbackArgs, yieldEvery),
  ) as Callbacks;
}
