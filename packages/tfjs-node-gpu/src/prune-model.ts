import { type ModelPruning, type PruneModelOptions, pruneModel as pruneModelOn } from '@synaprune/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { tfjsNodeBackend } from './tfjs-node-backend.js';

/**
 * `pruneModel` of `@synaprune/tfjs`, with {@link tfjsNodeBackend} for its backend unless another one is given.
 *
 * @throws PruneError `unsupported` when tfjs's current backend is not that of tfjs-node, and whatever `pruneModel`
 *   of `@synaprune/tfjs` throws
 *
 * @example
 * ```ts no-run
 * import { pruneModel, synapticRamp } from '@synaprune/tfjs-node-gpu';
 * import * as tf from '@tensorflow/tfjs-node'; // or '@tensorflow/tfjs-node-gpu'
 *
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, {
 *   schedule: synapticRamp({ from: 0.3, to: 0.7, start: 1, end: 4 }),
 *   print: false,
 * });
 * const x = tf.randomNormal([32, 10]);
 * await model.fit(x, x, { epochs: 5, verbose: 0, callbacks: pruning.callback });
 * console.log((await pruning.pruner.report()).total.sparsity); // 0.7
 * ```
 */
export function pruneModel(model: LayersModel, options: PruneModelOptions): ModelPruning {
  // What is no object is refused there, with its reason.
  if (typeof options !== 'object' || options === null) return pruneModelOn(model, options);
  return pruneModelOn(model, { ...options, backend: options.backend ?? tfjsNodeBackend() });
}
