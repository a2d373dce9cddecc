import type { TfjsArtifacts } from '@synaprune/tfjs-files';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { inputsOf } from '../comparing/answer.js';
import { openInputs } from '../inputs/open-inputs.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { requireLayersModel } from '../model/require-model.js';
import { variableOf } from '../model/trained-weights.js';
import { shrinkModel } from '../shrinking/shrink-model.js';
import { copyModel } from './copy-model.js';
import { COLUMNS, type CompressModelOptions, requireCompressOptions, shrinkOptionsOf } from './options.js';
import { findParts } from './parts/find-parts.js';
import { type Matrices, matricesOf } from './parts/part-matrices.js';
import { type Prepared, prepareChannels, prepareWeights } from './prepare.js';
import { refitModel } from './refitting/refit-model.js';
import type { CompressReport } from './report.js';
import { tellCompressed } from './tell.js';

/** A model and what became of it. */
export interface CompressedModel {
  /** The same layers by the same names, compiled as the given model was, with a fresh optimizer. Yours to dispose of. */
  readonly model: LayersModel;
  readonly report: CompressReport;
}

/**
 * Makes a layers model smaller without training it, and keeps its answers: weights become zero (`unit: 'weight'`), or
 * whole channels and units go (`unit: 'channel'`, as by `shrinkModel`), and what stays is refitted layer by layer, so that
 * each gives what the dense layer gave. Some dozens of inputs suffice, and no labels are needed. The given model does not
 * change.
 *
 * Dense, convolutional, depthwise, separable and transposed convolutional layers, SimpleRNN, LSTM and GRU are refitted,
 * with their biases, in wrappers, nested models and shared layers too. Other kernels stay as they are, and `held` names
 * them. Everything that is measured is measured on inputs that nothing was calibrated by. Works on every backend of tfjs;
 * nothing is read synchronously.
 *
 * @throws TypeError | RangeError when an argument is wrong, an option unknown, or inputs do not fit the model
 * @throws PruneError `not-finite` when a layer is fed NaN or infinity; `unmatched-selector`; `held-channels`;
 *   `unreachable-target`; `unsupported` when tfjs cannot make a layer again from its settings
 *
 * @example
 * ```ts
 * import { compressModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const model = tf.sequential({
 *   layers: [
 *     tf.layers.dense({ name: 'hidden', units: 16, activation: 'relu', inputShape: [8] }),
 *     tf.layers.dense({ name: 'out', units: 3, activation: 'softmax' }),
 *   ],
 * });
 * const { model: smaller, report } = await compressModel(model, {
 *   inputs: tf.randomNormal([40, 8]),
 *   keep: 0.5,
 *   unit: 'weight',
 * });
 * console.log(report.removed, report.samples); // { elements: 87, of: 176 } { calibration: 32, heldBack: 8 }
 * smaller.dispose();
 * ```
 */
export async function compressModel(
  model: LayersModel,
  options: CompressModelOptions,
): Promise<CompressedModel> {
  const caller = 'compressModel';
  requireLayersModel(caller, model);
  requireCompressOptions(caller, options);
  const { signal, onProgress, columns = COLUMNS } = options;
  const opened = await openInputs(caller, inputsOf(model), options);
  let result: LayersModel | undefined;
  let dense = model;
  try {
    signal?.throwIfAborted();
    const { pruned, prepared } = await prepare(caller, model, options);
    result = pruned;
    // Layers that remember would remember what they are fed here.
    if (model.stateful) dense = await copyModel(model);
    const done = await refitModel({
      dense,
      pruned,
      batches: prepared.looks ? opened.calibration : [],
      plan: prepared.plan,
      kept: prepared.kept,
      most: columns,
      onLayer: (layer, at, total) => onProgress?.({ stage: 'layers', done: at, total, layer }),
    });
    const weights = pruned.weights.map((weight) => ({
      name: weight.originalName,
      tensor: variableOf(weight),
    }));
    const report = await tellCompressed({ prepared, done, dense, pruned, weights }, opened, options);
    return { model: pruned, report };
  } catch (error) {
    result?.dispose();
    throw error;
  } finally {
    if (dense !== model) dense.dispose();
    opened.dispose();
  }
}

/** What is to become of a model, and a model of its own to do it to. */
async function prepare(
  caller: string,
  model: LayersModel,
  options: CompressModelOptions,
): Promise<{ readonly pruned: LayersModel; readonly prepared: Prepared }> {
  const artifacts = (await artifactsOf(model)) as TfjsArtifacts;
  const within = matricesWithin(model);
  if (options.unit === 'weight') {
    const prepared = prepareWeights(caller, artifacts, within, options);
    return { pruned: await copyModel(model), prepared };
  }
  const shrunk = await shrinkModel(model, { ...shrinkOptionsOf(options), optimizer: 'fresh' });
  return { pruned: shrunk.model, prepared: prepareChannels(shrunk.report, artifacts, within, options) };
}

/** The matrices whose inputs can be looked at. */
function matricesWithin(model: LayersModel): ReadonlyMap<string, Matrices> {
  return matricesOf(model.layers.flatMap((layer) => findParts(layer).map(({ part }) => part)));
}
