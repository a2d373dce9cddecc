import {
  type DropoutReplacement,
  type ReplaceDropoutOptions,
  replaceDropout as replaceDropoutOn,
} from '@synaprune/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { tfjsNodeBackend } from './tfjs-node-backend.js';

/**
 * `replaceDropout` of `@synaprune/tfjs`, through {@link tfjsNodeBackend} unless another backend is given.
 *
 * @throws PruneError as there, and `unsupported` when tfjs's current backend is another one
 *
 * @example
 * ```ts no-run
 * import { replaceDropout } from '@synaprune/tfjs-node-gpu';
 * import * as tf from '@tensorflow/tfjs-node'; // or '@tensorflow/tfjs-node-gpu'
 *
 * const model = tf.sequential({
 *   layers: [tf.layers.dense({ units: 10, inputShape: [10] }), tf.layers.dropout({ rate: 0.4 })],
 * });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = replaceDropout(model, { end: 4 });
 * const x = tf.randomNormal([32, 10]);
 * await model.fit(x, x, { epochs: 5, verbose: 0, callbacks: pruning.callback });
 * ```
 */
export function replaceDropout(model: LayersModel, options: ReplaceDropoutOptions = {}): DropoutReplacement {
  // What is no object is refused there, with its reason.
  if (typeof options !== 'object' || options === null) return replaceDropoutOn(model, options);
  return replaceDropoutOn(model, { ...options, backend: options.backend ?? tfjsNodeBackend() });
}
