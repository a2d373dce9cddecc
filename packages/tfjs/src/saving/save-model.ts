import { type Notice, PruneError, type PruningReport } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { readBetaPowers } from '../internals/adam-powers.js';
import { disposeSavedCount } from '../internals/saved-count.js';
import { putMetadata } from '../internals/user-metadata.js';
import { requireLayersModel } from '../model/require-model.js';
import type { ModelPruning } from '../training/model-pruning.js';
import { KEY } from './metadata.js';
import { quantizedDestination } from './quantized-saving.js';
import { requireSaveConfig, type SaveModelConfig, type SaveModelResult } from './save-options.js';
import { withoutToldMasks } from './told-by-zeros.js';

/** Models that are being saved: the metadata of each is for a while not its own. */
const saving = new WeakSet<LayersModel>();

/**
 * `model.save`, with the pruning's progress in the model's user-defined metadata, beside what else is there.
 * `tf.loadLayersModel` loads the result like any other model. With `includeOptimizer: true` a run that is
 * loaded and restored goes on bit for bit as if it had never been interrupted, given the same batches; not so
 * with `quantize`, which rounds the weights.
 *
 * What is saved is pruned: dropped weights that were written since the last step are zeroed first, and the result
 * tells of them.
 *
 * @param destination a URL (`localstorage://…`, `file://…` in tfjs-node) or a handler, as `model.save` takes
 * @throws TypeError when `pruning` is another model's or none, or an option is unknown or of a wrong type
 * @throws PruneError `busy` while the model is being saved already, and as `Pruner.save`
 *
 * @example
 * ```ts
 * import { constantSparsity, loadModel, pruneModel, saveModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const options = { schedule: constantSparsity(0.5), print: false } as const;
 * const model = tf.sequential({ layers: [tf.layers.dense({ units: 4, inputShape: [4] })] });
 * model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
 * const pruning = pruneModel(model, options);
 * await pruning.pruner.update(0);
 *
 * let artifacts: tf.io.ModelArtifacts = {};
 * const memory = tf.io.withSaveHandler(async (saved) => {
 *   artifacts = saved;
 *   return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
 * });
 * await saveModel(model, pruning, memory, { includeOptimizer: true });
 *
 * const loaded = await loadModel(tf.io.fromMemory(artifacts));
 * const continued = pruneModel(loaded.model, options);
 * await continued.restore(loaded.saved);
 * console.log((await continued.pruner.report()).total.kept); // 8
 * ```
 */
export async function saveModel(
  model: LayersModel,
  pruning: Pick<ModelPruning, 'model' | 'save' | 'pruner'>,
  destination: tf.io.IOHandler | string,
  config: SaveModelConfig = {},
): Promise<SaveModelResult> {
  requireLayersModel('saveModel', model);
  requireSaveConfig(config);
  if (typeof pruning?.save !== 'function' || typeof pruning.pruner?.enforce !== 'function') {
    throw new TypeError(
      `saveModel needs the pruning that pruneModel returned, got ${describe(pruning)}: saveModel(model, pruning, destination)`,
    );
  }
  if (pruning.model !== model) {
    throw new TypeError(
      `saveModel needs the pruning of ${quote(model.name)}, got the one of ${quote(pruning.model.name)}`,
    );
  }
  if (saving.has(model)) {
    throw new PruneError(
      'busy',
      `saveModel needs the save of ${model.name} in flight to have finished; await it`,
    );
  }
  saving.add(model);
  try {
    const { report, notices } = await enforceAndReport(pruning.pruner);
    const { state, ...progress } = await pruning.save();
    const { masks = false, quantize, ...plain } = config;
    const saved = { state: masks ? state : withoutToldMasks(state, report), ...progress };
    const quantized = quantizedDestination(model, destination, quantize);
    const result = await saveWith(model, saved, quantized.destination, plain);
    return { ...result, notices: [...notices, ...quantized.notices()] };
  } finally {
    saving.delete(model);
  }
}

/** Sets dropped weights to zero, and tells what was there before and what is there now. */
async function enforceAndReport(
  pruner: ModelPruning['pruner'],
): Promise<{ readonly report: PruningReport; readonly notices: readonly Notice[] }> {
  const before = await pruner.report();
  await pruner.enforce();
  return {
    report: before.total.revived === 0 ? before : await pruner.report(),
    notices: before.notices,
  };
}

async function saveWith(
  model: LayersModel,
  progress: object,
  destination: tf.io.IOHandler | string,
  config: tf.io.SaveConfig,
): Promise<tf.io.SaveResult> {
  const powers = config.includeOptimizer ? await readBetaPowers(model.optimizer) : [];
  const saved = { ...progress, ...(powers.length > 0 ? { betaPowers: powers } : {}) };
  const before = model.getUserDefinedMetadata();
  const releaseCount = model.optimizer == null ? () => {} : disposeSavedCount(model.optimizer);
  try {
    // Set only while saving: a later plain model.save would carry masks of the past.
    model.setUserDefinedMetadata({ ...before, [KEY]: saved });
    return await model.save(destination, config);
  } finally {
    putMetadata(model, before);
    releaseCount();
  }
}
