import { describe } from '@synaprune/core/checks';
import { shrinkTfjs, type TfjsArtifacts, tfjsProducts, writeTfjsWeights } from '@synaprune/tfjs-files';
import * as tf from '@tensorflow/tfjs-core';
import { inputsOf, isGraph, type RunnableGraph } from '../../comparing/answer.js';
import { openInputs } from '../../inputs/open-inputs.js';
import { artifactsOf } from '../../model/model-artifacts.js';
import type { NamedTensor } from '../list-layers.js';
import { COLUMNS, type CompressModelOptions, requireCompressOptions, shrinkOptionsOf } from '../options.js';
import { type Matrices, matricesOf } from '../parts/part-matrices.js';
import { type Prepared, prepareChannels, prepareWeights } from '../prepare.js';
import type { CompressReport } from '../report.js';
import { tellCompressed } from '../tell.js';
import { graphPart } from './graph-parts.js';
import { refitGraph } from './refit-graph.js';

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
    const { base, prepared } = prepare(caller, artifacts, given);
    if (base !== artifacts) cut = await load(base);
    const dense = tfjsProducts(artifacts);
    const names = new Map(tfjsProducts(base).map((product) => [product.node, product]));
    const both = dense.filter(({ node }) => names.has(node));
    const done = await refitGraph({
      dense: model,
      pruned: cut ?? model,
      products: { dense: both, pruned: both.map(({ node }) => names.get(node)!) },
      batches: prepared.looks ? opened.calibration : [],
      plan: prepared.plan,
      kept: prepared.kept,
      most: given.columns ?? COLUMNS,
      onLayer: (layer, at, total) => given.onProgress?.({ stage: 'layers', done: at, total, layer }),
    });
    const made = writeTfjsWeights(base, done.values);
    result = await load(made);
    const report = await tellCompressed(
      { prepared, done, dense: model, pruned: result, weights: weightsOf(result) },
      opened,
      given,
    );
    return { model: result, artifacts: made, report };
  } catch (error) {
    result?.dispose();
    throw error;
  } finally {
    cut?.dispose();
    opened.dispose();
  }
}

/** What is to become of a model, and the model with its channels cut. */
function prepare(
  caller: string,
  artifacts: TfjsArtifacts,
  options: CompressModelOptions,
): { readonly base: TfjsArtifacts; readonly prepared: Prepared } {
  const within = matricesWithin(artifacts);
  if (options.unit === 'weight') {
    return { base: artifacts, prepared: prepareWeights(caller, artifacts, within, options) };
  }
  const { artifacts: base, report } = shrinkTfjs(artifacts, shrinkOptionsOf(options));
  return { base, prepared: prepareChannels(report, artifacts, within, options) };
}

/** The matrices whose inputs can be looked at. */
function matricesWithin(artifacts: TfjsArtifacts): ReadonlyMap<string, Matrices> {
  const products = tfjsProducts(artifacts).filter(({ from }) => from.length > 0);
  return matricesOf(products.flatMap((product) => graphPart(product, undefined) ?? []));
}

function weightsOf({ weights }: RunnableGraph): NamedTensor[] {
  return Object.entries(weights).flatMap(([name, [tensor]]) =>
    tensor === undefined ? [] : [{ name, tensor }],
  );
}
