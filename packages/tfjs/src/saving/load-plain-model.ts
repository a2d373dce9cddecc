import type * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { requireSource } from '../model/require-model.js';
import { watchSource } from './quantized-saving.js';

/**
 * `tf.loadLayersModel`, for a model that has no pruning in it yet. It remembers in how many bits the weights
 * came, which tfjs forgets: `saveModel` then writes them in as many, and no file is larger than it came.
 *
 * @param source a URL or handler, as `tf.loadLayersModel` takes
 * @param options as `tf.loadLayersModel` takes
 * @throws TypeError when the source is neither
 *
 * @example
 * ```ts no-run
 * import { linearRamp, loadPlainModel, pruneModel, saveModel } from '@synaprune/tfjs';
 *
 * const model = await loadPlainModel('https://example.com/quantised/model.json');
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, { schedule: linearRamp({ from: 0, to: 0.8, start: 0, end: 9 }) });
 * // … train …
 * await saveModel(model, pruning, 'downloads://model');
 * ```
 *
 * @see {@link loadModel} for models that `saveModel` wrote
 */
export async function loadPlainModel(
  source: tf.io.IOHandler | string,
  options: tf.io.LoadOptions = {},
): Promise<LayersModel> {
  requireSource('loadPlainModel', source);
  const watched = watchSource(source, options);
  const model = await loadLayersModel(watched.source, options);
  watched.remember(model);
  return model;
}
