import { describe } from '@synaprune/core/checks';
import { CustomCallback, type CustomCallbackArgs, type ModelFitArgs } from '@tensorflow/tfjs-layers';

type Callbacks = ModelFitArgs['callbacks'];

/** What tfjs's own callbacks inherit from, early stopping as well as those it makes of plain ones. */
const OwnCallback = Object.getPrototypeOf(CustomCallback) as new () => object;

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
  const isOwn = (callback: unknown): boolean => callback instanceof OwnCallback;
  if (!list.some(isOwn) || list.every(isOwn)) return callbacks;
  return list.map((callback) =>
    isOwn(callback) ? callback : new CustomCallback(callback as CustomCallbackArgs, yieldEvery!),
  ) as Callbacks;
}
