import { type ModelPruning, type PruneModelOptions, pruneModel as pruneAnyModel } from '@synaprune/tfjs';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { tfjsWebgpuBackend } from './backend.js';

/**
 * `pruneModel` of `@synaprune/tfjs`, through {@link tfjsWebgpuBackend} unless another backend is given.
 *
 * @throws PruneError as there, and `unsupported` when tfjs's current backend is not `webgpu`
 *
 * @example
 * ```ts no-run
 * import { pruneModel, synapticRamp } from '@synaprune/tfjs-webgpu';
 * import * as tf from '@tensorflow/tfjs';
 * import '@tensorflow/tfjs-backend-webgpu';
 *
 * await tf.setBackend('webgpu');
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 10, inputShape: [10] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, { schedule: synapticRamp({ from: 0.3, to: 0.7, start: 1, end: 4 }) });
 * const x = tf.randomNormal([32, 10]);
 * await model.fit(x, x, { epochs: 5, callbacks: pruning.callback });
 * ```
 */
export function pruneModel(model: LayersModel, options: PruneModelOptions): ModelPruning {
  // What is no object is refused there, with its reason.
  if (typeof options !== 'object' || options === null) return pruneAnyModel(model, options);
  return pruneAnyModel(model, { ...options, backend: options.backend ?? tfjsWebgpuBackend() });
}
