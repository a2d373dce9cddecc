import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { ownOptimizer } from '../internals/own-optimizer.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { copyOptimizer } from '../shrinking/copy-optimizer.js';

/**
 * Another model of the same layers and weights, compiled alike with a fresh optimizer of its own.
 *
 * @throws PruneError `unsupported` when tfjs cannot make a layer or the optimizer again
 */
export async function copyModel(model: LayersModel): Promise<LayersModel> {
  const copy = await load(await artifactsOf(model));
  if (model.optimizer == null) return copy;
  try {
    const { loss, metrics } = model;
    copy.compile({ optimizer: copyOptimizer(model.optimizer), loss, metrics });
    ownOptimizer(copy);
    return copy;
  } catch (error) {
    copy.dispose();
    throw error;
  }
}

/**
 * A model that tfjs makes of artifacts, as of a file.
 *
 * @throws PruneError `unsupported`
 */
async function load(artifacts: tf.io.ModelArtifacts): Promise<LayersModel> {
  try {
    return await loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PruneError('unsupported', `tfjs cannot make the model again of its settings: ${why}`, {
      cause: error,
    });
  }
}
