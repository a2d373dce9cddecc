import { PruneError, type PrunerState } from '@synaprune/core';
import { listNames } from '@synaprune/core/checks';
import type * as tf from '@tensorflow/tfjs-core';
import { type LayersModel, loadLayersModel } from '@tensorflow/tfjs-layers';
import { writeBetaPowers } from '../internals/adam-powers.js';
import { putMetadata } from '../internals/user-metadata.js';
import { requireSource } from '../model/require-model.js';
import { requireProgress } from '../training/progress.js';
import { KEY, type SavedPruning } from './metadata.js';
import { watchSource } from './quantized-saving.js';
import { withMasksFromZeros } from './told-by-zeros.js';

/** A model and its pruning, as {@link loadModel} gives them. */
export interface LoadedModel {
  /** Compiled if it was saved with its optimizer. */
  readonly model: LayersModel;
  /** For `pruning.restore(saved)`; `saved.state` is what `pruner.restore` takes. */
  readonly saved: SavedPruning;
}

/**
 * `tf.loadLayersModel`, and the pruning that `saveModel` put there. Prune the model with the same
 * options as before and hand the progress to `pruning.restore`.
 *
 * @param source a URL or handler, as `tf.loadLayersModel` takes
 * @param options as `tf.loadLayersModel` takes
 * @throws TypeError when the source is neither
 * @throws PruneError `state-corrupt` when the model was saved without pruning, or its progress was damaged;
 *   `state-mismatch` when masks were to be told by zeros and the zeros are others by now. Model and optimizer
 *   are disposed of then. Whether a state fits otherwise is found by `restore`
 *
 * @see saveModel, whose example loads what it saves
 */
export async function loadModel(
  source: tf.io.IOHandler | string,
  options: tf.io.LoadOptions = {},
): Promise<LoadedModel> {
  requireSource('loadModel', source);
  const watched = watchSource(source, options);
  const model = await loadLayersModel(watched.source, options);
  try {
    const saved = await takePruning(model);
    watched.remember(model);
    return { model, saved };
  } catch (error) {
    // A loaded model does not own its optimizer.
    model.optimizer?.dispose();
    model.dispose();
    throw error;
  }
}

/** Moves the pruning out of a model's metadata, and the powers within into its optimizer. */
async function takePruning(model: LayersModel): Promise<SavedPruning> {
  const metadata = { ...model.getUserDefinedMetadata() } as Record<string, unknown>;
  const { [KEY]: saved, ...others } = metadata;
  if (saved === undefined) {
    throw new PruneError(
      'state-corrupt',
      `the model carries no pruning: its metadata needs the key ${KEY}, as saveModel writes it, and has ` +
        `${listNames(Object.keys(others))}. loadPlainModel loads it as it is`,
    );
  }
  const { state, ...rest } = requireProgress(saved);
  const progress = { state: (await withMasksFromZeros(model, state)) as PrunerState, ...rest };
  const { betaPowers } = saved as { readonly betaPowers?: unknown };
  putMetadata(model, Object.keys(others).length > 0 ? others : undefined);
  if (betaPowers === undefined) return progress;
  writeBetaPowers(model.optimizer, betaPowers);
  return { ...progress, betaPowers: betaPowers as readonly number[] };
}
