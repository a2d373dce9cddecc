import { PruneError } from '@synaprune/core';
import * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';

/**
 * A model that tfjs makes of artifacts, as of a file.
 *
 * @throws PruneError `unsupported`
 */
export async function loadArtifacts(artifacts: tf.io.ModelArtifacts): Promise<LayersModel> {
  try {
    return await loadLayersModel(tf.io.fromMemory(artifacts));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new PruneError('unsupported', `tfjs cannot make a model of these settings: ${why}`, {
      cause: error,
    });
  }
}
