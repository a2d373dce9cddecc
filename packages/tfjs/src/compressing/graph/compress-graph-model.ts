import { describe } from '@synaprune/core/checks';
import {
  type ShrinkReport,
  shrinkTfjs,
  type TfjsArtifacts,
  tfjsProducts,
  writeTfjsWeights,
} from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';
import { inputsOf, isGraph, type RunnableGraph } from '../../comparing/answer.js';
import { measureBoth } from '../../comparing/compare-models.js';
import { openInputs } from '../../inputs/open-inputs.js';
import { artifactsOf } from '../../model/model-artifacts.js';
import { countLayers, type NamedTensor } from '../count-layers.js';
import {
  COLUMNS,
  type CompressChannels,
  type CompressModelOptions,
  type CompressWeights,
  requireCompressOptions,
  shrinkOptionsOf,
} from '../options.js';
import { planWeights, refittable } from '../plan-weights.js';
import { createKeptRows } from '../refitting/kept-rows.js';
import type { CompressReport } from '../report.js';
import { type GraphRefit, type GraphWork, refitGraph } from './refit-graph.js';

/** How `compressGraphModel` makes a model smaller. */
export type CompressGraphOptions<Graph extends RunnableGraph> = CompressModelOptions & {
  /** `tf.loadGraphModel` of `@tensorflow/tfjs` or `@tensorflow/tfjs-converter`, by which the result is loaded. */
  readonly loadGraphModel: (source: tf.io.IOHandler) => Promise<Graph>;
};

/** A graph model and what became of it. */
export interface CompressedGraph<Graph extends RunnableGraph> {
  /** Yours to dispose of. */
  readonly model: Graph;
  /** What it would be saved as, for `encodeTfjs` of `@synaprune/tfjs-files`. */
  readonly artifacts: TfjsArtifacts;
  readonly report: CompressReport;
}

/**
 * `compressModel` for graph models: products with matrices, convolutions and depthwise convolutions of the model's own graph
 * are pruned or lose channels, and are refitted. What lies in loops, branches and functions stays as it is, and `held` names
 * it. The given model does not change.
 *
 * @throws TypeError | RangeError when an argument is wrong, an option unknown, or inputs do not fit the model
 * @throws PruneError `not-finite` when a layer is fed NaN or infinity; `unmatched-selector`; `held-channels`;
 *   `unreachable-target`; `bad-model`
 *
 * @example
 * ```ts
 * import { compressGraphModel } from '@synaprune/tfjs';
 * import * as tf from '@tensorflow/tfjs';
 *
 * await tf.setBackend('cpu');
 * const numbers = Float32Array.from({ length: 64 }, (_, i) => Math.sin(i * i));
 * const model = await tf.loadGraphModel(
 *   tf.io.fromMemory({
 *     modelTopology: {
 *       versions: {},
 *       node: [
 *         { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim: [{ size: '-1' }, { size: '8' }] } } } },
 *         { name: 'w', op: 'Const', attr: { dtype: { type: 'DT_FLOAT' } } },
 *         { name: 'y', op: 'MatMul', input: ['x', 'w'] },
 *       ],
 *     },
 *     format: 'graph-model',
 *     weightSpecs: [{ name: 'w', shape: [8, 8], dtype: 'float32' }],
 *     weightData: numbers.buffer,
 *   }),
 * );
 * const { report } = await compressGraphModel(model, {
 *   loadGraphModel: tf.loadGraphModel,
 *   inputs: tf.randomNormal([40, 8]),
 *   keep: 0.75,
 *   unit: 'weight',
 * });
 * console.log(report.removed); // { elements: 16, of: 64 }
 * ```
 */
export async function compressGraphModel<Graph extends RunnableGraph>(
  model: Graph,
  options: CompressGraphOptions<Graph>,
): Promise<CompressedGraph<Graph>> {
  const caller = 'compressGraphModel';
  if (typeof model !== 'object' || model === null || !isGraph(model)) {
    throw new TypeError(`${caller} needs a graph model, got ${describe(model)}`);
  }
  const { loadGraphModel, ...rest } = options ?? {};
  const given = rest as CompressModelOptions;
  requireCompressOptions(caller, given);
  if (typeof loadGraphModel !== 'function') {
    throw new TypeError(
      `${caller} needs loadGraphModel, such as tf.loadGraphModel, got ${describe(loadGraphModel)}`,
    );
  }
  const load = (artifacts: TfjsArtifacts): Promise<Graph> =>
    loadGraphModel(tf.io.fromMemory(artifacts as tf.io.ModelArtifacts));
  const artifacts = (await artifactsOf(model)) as TfjsArtifacts;
  const opened = await openInputs(caller, inputsOf(model), given);
  let cut: Graph | undefined;
  let result: Graph | undefined;
  try {
    given.signal?.throwIfAborted();
    const prepared = given.unit === 'weight' ? byWeights(artifacts, given) : byChannels(artifacts, given);
    const base = prepared.artifacts;
    if (base !== artifacts) cut = await load(base);
    const dense = tfjsProducts(artifacts);
    const names = new Map(tfjsProducts(base).map((product) => [product.node, product]));
    const both = dense.filter(({ node }) => names.has(node));
    const done: GraphRefit = await refitGraph({
      dense: model,
      pruned: cut ?? model,
      products: { dense: both, pruned: both.map(({ node }) => names.get(node)!) },
      batches: opened.calibration,
      plan: prepared.plan,
      kept: prepared.kept,
      most: given.columns ?? COLUMNS,
      onLayer: (layer, at, total) => given.onProgress?.({ stage: 'layers', done: at, total, layer }),
    });
    const made = writeTfjsWeights(base, done.values);
    result = await load(made);
    given.onProgress?.({ stage: 'measuring', done: 0, total: 1 });
    const measured = await measureBoth(model, result, opened.heldBack, given);
    given.onProgress?.({ stage: 'measuring', done: 1, total: 1 });
    const counted = await countLayers(weightsOf(model), weightsOf(result), done.parts, prepared.cut);
    const { held, shrunk, notices } = prepared;
    const report: CompressReport = {
      ...measured,
      samples: opened.samples,
      ...counted,
      held,
      groups: shrunk?.groups ?? [],
      ...(shrunk === undefined ? {} : { shrunk }),
      notices: [...opened.notices, ...notices, ...done.notices],
    };
    return { model: result, artifacts: made, report };
  } catch (error) {
    result?.dispose();
    throw error;
  } finally {
    cut?.dispose();
    opened.dispose();
  }
}

interface Prepared extends Pick<GraphWork, 'plan' | 'kept'>, Pick<CompressReport, 'held' | 'notices'> {
  readonly artifacts: TfjsArtifacts;
  /** Names of weights that lose something. */
  readonly cut: ReadonlySet<string>;
  readonly shrunk?: ShrinkReport;
}

const withinOf = (artifacts: TfjsArtifacts): Set<string> =>
  new Set(tfjsProducts(artifacts).flatMap(({ weight, from }) => (from.length === 0 ? [] : [weight])));

function byWeights(artifacts: TfjsArtifacts, options: CompressWeights): Prepared {
  const { sparsities, held, notices } = planWeights(
    'compressGraphModel',
    artifacts,
    withinOf(artifacts),
    options,
  );
  const { method = 'wanda', pattern, refit = true, damping, signal } = options;
  return {
    artifacts,
    cut: new Set([...sparsities].filter(([, sparsity]) => sparsity > 0).map(([name]) => name)),
    plan: { sparsityOf: (name) => sparsities.get(name), method, pattern, refit, damping, signal },
    kept: createKeptRows(() => undefined),
    held,
    notices,
  };
}

function byChannels(artifacts: TfjsArtifacts, options: CompressChannels): Prepared {
  const { refit = true, damping, signal } = options;
  const { artifacts: smaller, report } = shrinkTfjs(artifacts, shrinkOptionsOf(options));
  const axes = new Map(
    report.tensors.map(({ name, axes }) => [name, new Map(axes.map(({ axis, kept }) => [axis, kept]))]),
  );
  const fit = refit ? refittable(artifacts, withinOf(artifacts)) : new Set<string>();
  return {
    artifacts: smaller,
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

function weightsOf({ weights }: RunnableGraph): NamedTensor[] {
  return Object.entries(weights).flatMap(([name, [tensor]]) =>
    tensor === undefined ? [] : [{ name, tensor }],
  );
}
