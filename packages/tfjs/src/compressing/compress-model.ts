import type { Notice } from '@synaprune/core';
import type { ShrinkReport, TfjsArtifacts } from '@synaprune/tfjs-files';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { inputsOf } from '../comparing/answer.js';
import { measureBoth } from '../comparing/compare-models.js';
import { openInputs } from '../inputs/open-inputs.js';
import { artifactsOf } from '../model/model-artifacts.js';
import { requireLayersModel } from '../model/require-model.js';
import { variableOf } from '../model/trained-weights.js';
import { shrinkModel } from '../shrinking/shrink-model.js';
import { copyModel } from './copy-model.js';
import { countLayers, type NamedTensor } from './count-layers.js';
import {
  COLUMNS,
  type CompressChannels,
  type CompressModelOptions,
  type CompressWeights,
  requireCompressOptions,
  shrinkOptionsOf,
} from './options.js';
import { findParts } from './parts/find-parts.js';
import { planWeights, refittable } from './plan-weights.js';
import { createKeptRows } from './refitting/kept-rows.js';
import { type RefitWork, refitModel } from './refitting/refit-model.js';
import type { CompressReport } from './report.js';

/** A model and what became of it. */
export interface CompressedModel {
  /** The same layers by the same names, compiled as the given model was, with a fresh optimizer. Yours to dispose of. */
  readonly model: LayersModel;
  readonly report: CompressReport;
}

/** A model to be refitted, and how. */
interface Prepared extends Pick<RefitWork, 'pruned' | 'plan' | 'kept'> {
  /** Names of weights that lose something. */
  readonly cut: ReadonlySet<string>;
  readonly held: CompressReport['held'];
  readonly shrunk?: ShrinkReport;
  readonly notices: readonly Notice[];
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
 * console.log(report.removed, report.samples); // { elements: 88, of: 176 } { calibration: 32, heldBack: 8 }
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
  const { signal, onProgress, columns = COLUMNS, refit = true } = options;
  const opened = await openInputs(caller, inputsOf(model), options);
  let prepared: Prepared | undefined;
  let dense = model;
  try {
    signal?.throwIfAborted();
    prepared =
      options.unit === 'weight'
        ? await prepareWeights(model, options)
        : await prepareChannels(model, options);
    // Layers that remember would remember what they are fed here.
    if (model.stateful) dense = await copyModel(model);
    const { pruned, plan, kept, cut, held, shrunk, notices } = prepared;
    const idle = !refit && (options.unit === 'channel' || plan.method === 'magnitude');
    const work: RefitWork = {
      dense,
      pruned,
      batches: idle ? [] : opened.calibration,
      plan,
      kept,
      most: columns,
      onLayer(layer, done, total) {
        onProgress?.({ stage: 'layers', done, total, layer });
      },
    };
    const done = await refitModel(work);
    onProgress?.({ stage: 'measuring', done: 0, total: 1 });
    const measured = await measureBoth(dense, pruned, opened.heldBack, options);
    onProgress?.({ stage: 'measuring', done: 1, total: 1 });
    const counted = await countLayers(weightsOf(model), weightsOf(pruned), done.parts, cut);
    const report: CompressReport = {
      ...measured,
      samples: opened.samples,
      ...counted,
      held,
      groups: shrunk?.groups ?? [],
      ...(shrunk === undefined ? {} : { shrunk }),
      notices: [...opened.notices, ...notices, ...done.notices],
    };
    return { model: pruned, report };
  } catch (error) {
    prepared?.pruned.dispose();
    throw error;
  } finally {
    if (dense !== model) dense.dispose();
    opened.dispose();
  }
}

/** Names of the weights whose inputs can be looked at. */
function weightsWithin(model: LayersModel): Set<string> {
  const parts = model.layers.flatMap((layer) => findParts(layer).map(({ part }) => part));
  return new Set(
    parts.flatMap(({ weights }) => [...weights.values()].map(({ originalName }) => originalName)),
  );
}

function weightsOf({ weights }: LayersModel): NamedTensor[] {
  return weights.map((weight) => ({ name: weight.originalName, tensor: variableOf(weight) }));
}

async function prepareWeights(model: LayersModel, options: CompressWeights): Promise<Prepared> {
  const { sparsities, held, notices } = planWeights(
    'compressModel',
    (await artifactsOf(model)) as TfjsArtifacts,
    weightsWithin(model),
    options,
  );
  const { method = 'wanda', pattern, refit = true, damping, signal } = options;
  return {
    pruned: await copyModel(model),
    cut: new Set([...sparsities].filter(([, sparsity]) => sparsity > 0).map(([name]) => name)),
    plan: { sparsityOf: (name) => sparsities.get(name), method, pattern, refit, damping, signal },
    kept: createKeptRows(() => undefined),
    held,
    notices,
  };
}

async function prepareChannels(model: LayersModel, options: CompressChannels): Promise<Prepared> {
  const { model: pruned, report } = await shrinkModel(model, {
    ...shrinkOptionsOf(options),
    optimizer: 'fresh',
  });
  const axes = new Map(
    report.tensors.map(({ name, axes }) => [name, new Map(axes.map(({ axis, kept }) => [axis, kept]))]),
  );
  const { refit = true, damping, signal } = options;
  const within = weightsWithin(model);
  const fit = refit ? refittable((await artifactsOf(model)) as TfjsArtifacts, within) : new Set<string>();
  return {
    pruned,
    cut: new Set(report.tensors.map(({ name }) => name)),
    plan: {
      sparsityOf: (name) => (fit.has(name) ? 0 : undefined),
      method: 'magnitude',
      pattern: undefined,
      refit,
      damping,
      signal,
    },
    kept: createKeptRows((name) => axes.get(name)),
    held: report.held,
    shrunk: report,
    notices: report.notices,
  };
}
