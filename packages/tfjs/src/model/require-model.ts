import { PruneError } from '@synaprune/core';
import { describe } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';

/** What tells a layers model from a graph model and from what is no model. */
interface Parts {
  readonly compile?: unknown;
  readonly fit?: unknown;
  readonly layers?: unknown;
  readonly execute?: unknown;
  readonly executeAsync?: unknown;
  readonly modelUrl?: unknown;
  readonly then?: unknown;
  readonly model?: unknown;
  readonly callback?: unknown;
}

/**
 * That `value` is a layers model, by what it can do: `instanceof` would refuse the models of another copy of
 * tfjs.
 *
 * @throws TypeError that says what was got and what would do
 */
export function requireLayersModel(caller: string, value: unknown): asserts value is LayersModel {
  const parts = (typeof value === 'object' && value !== null ? value : {}) as Parts;
  if (typeof parts.compile === 'function' && typeof parts.fit === 'function' && Array.isArray(parts.layers)) {
    return;
  }
  throw new TypeError(
    `${caller} needs a layers model (tf.sequential, tf.model or tf.loadLayersModel), got ${got(value, parts)}`,
  );
}

/** @throws TypeError unless `value` is what tfjs loads models from */
export function requireSource(caller: string, value: unknown): void {
  const { load } = (typeof value === 'object' && value !== null ? value : {}) as { readonly load?: unknown };
  if (typeof value === 'string' || typeof load === 'function') return;
  const what = value instanceof Promise ? 'a promise: await it first' : describe(value);
  throw new TypeError(
    `${caller} needs an address such as 'localstorage://name', or an IOHandler with a method load ` +
      `(tf.io.fromMemory), got ${what}`,
  );
}

/** @throws PruneError `no-optimizer` when the model was never compiled */
export function requireOptimizer(caller: string, model: LayersModel): void {
  if (model.optimizer != null) return;
  throw new PruneError(
    'no-optimizer',
    `${caller} needs a compiled model, because it follows the steps of its optimizer; call model.compile first`,
  );
}

function got(value: unknown, parts: Parts): string {
  if (typeof parts.then === 'function') return 'a promise: await it first';
  if (typeof parts.execute === 'function' || typeof parts.executeAsync === 'function') {
    return (
      'a graph model, whose weights are constants that tfjs cannot train: prune the layers model or the ' +
      'Keras model it was converted from, then convert that'
    );
  }
  if (typeof parts.callback === 'object' && typeof parts.model === 'object')
    return 'a pruning: pass its .model';
  if (Array.isArray(parts.layers))
    return 'an object that holds layers and can neither be compiled nor fitted';
  return describe(value);
}
