import type { LayersModel } from '@tensorflow/tfjs-layers';
import { ownOptimizer } from '../internals/own-optimizer.js';
import { loadArtifacts } from '../model/load-artifacts.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { copyOptimizer } from '../shrinking/copy-optimizer.js';

/**
 * Another model of the same layers and weights, compiled alike with a fresh optimizer of its own.
 *
 * @throws PruneError `unsupported` when tfjs cannot make a layer or the optimizer again
 */
export async function copyModel(model: LayersModel): Promise<LayersModel> {
  const copy = await loadArtifacts(await artifactsOf(model));
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
