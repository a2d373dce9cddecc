import type { Notice } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { replaceWeights } from '@synaprune/onnx';
import { type ShrinkReport, shrinkOnnx } from '@synaprune/onnx-shrink';
import { type CompressedLayer, DAMPING } from '@synaprune/refit';
import { openCapture } from '../../capture/capture.js';
import type { FoundLayers } from '../../capture/layers/find-layers.js';
import type { Layer } from '../../capture/layers/layer.js';
import { type ModelGraph, readModelGraph } from '../../capture/model-graph.js';
import type { PartRunner } from '../../capture/run-part.js';
import type { Feeds } from '../../inputs/given-samples.js';
import { namedLengths } from '../../inputs/noise.js';
import type { Compressed } from '../compress-weights.js';
import { fitStages, stageWeights } from '../fit-stages.js';
import { layoutsOf, quantizeAs } from '../layouts-of.js';
import type { CompressChannels } from '../options.js';
import { layersOf, nodesOf, pairLayers } from './pair-layers.js';
import { reconstructionImportance } from './reconstruction.js';
import { standsFor } from './stands-for.js';

/**
 * Removes channels, and refits what reads them, layer by layer from the inputs on.
 *
 * @param bytes the model in one file
 */
export async function compressChannels(
  bytes: Uint8Array,
  samples: readonly Feeds[],
  runner: PartRunner,
  options: CompressChannels,
): Promise<Compressed> {
  const { keep, target, select, multipleOf, distribution, across, dimensions, refit = true } = options;
  const graph = readModelGraph(bytes);
  const dense = layersOf(bytes, graph);
  const denseLayers = dense.flatMap(({ layers }) => ('why' in layers ? [] : layers));
  const { importance = 'reconstruction' } = options;
  const ranked =
    importance === 'reconstruction'
      ? await reconstructionImportance(openCapture(runner, graph, nodesOf(denseLayers), samples), denseLayers)
      : importance;
  const lengths = dimensions && namedLengths(bytes, dimensions);
  const given = {
    keep,
    target,
    select,
    multipleOf,
    distribution,
    across,
    dimensions: lengths,
    importance: ranked,
  };
  const shrunk = shrinkOnnx(bytes, withoutUndefined(given));
  const { report } = shrunk;
  // Where nothing went and nothing is rounded, rounding is all that a refit would change.
  const changed =
    options.quantize !== undefined || report.groups.some(({ channels, kept }) => kept.length < channels);
  const refitted =
    refit && changed
      ? await refitSmaller(shrunk.model, report, { graph, dense, denseLayers }, samples, runner, options)
      : {
          model: shrunk.model,
          quantize: quantizeAs(layoutsOf(shrunk.model, options), {}),
          layers: [],
          notices: [],
        };
  const { parameters, held } = report;
  return {
    model: refitted.model,
    quantize: refitted.quantize,
    report: {
      layers: refitted.layers,
      groups: report.groups,
      removed: { elements: parameters.before - parameters.after, of: parameters.before },
      held: held.map(({ name, channels, heldBy }) => ({ name, channels, heldBy })),
      notices: [...report.notices, ...refitted.notices],
    },
  };
}

interface DenseModel {
  readonly graph: ModelGraph;
  readonly dense: readonly FoundLayers[];
  readonly denseLayers: readonly Layer[];
}

/** Every layer of the smaller model is refitted to what the dense one gave of its outputs that are left. */
async function refitSmaller(
  smaller: Uint8Array,
  { tensors }: ShrinkReport,
  { graph: denseGraph, dense, denseLayers }: DenseModel,
  samples: readonly Feeds[],
  runner: PartRunner,
  options: CompressChannels,
): Promise<Pick<Compressed, 'model' | 'quantize'> & { layers: CompressedLayer[]; notices: Notice[] }> {
  const { damping = DAMPING, signal, onProgress } = options;
  const graph = readModelGraph(smaller);
  const found = layersOf(smaller, graph);
  const ownLayers = found.flatMap(({ layers }) => ('why' in layers ? [] : layers));
  const captures = {
    dense: openCapture(runner, denseGraph, nodesOf(denseLayers), samples),
    own: openCapture(runner, graph, nodesOf(ownLayers), samples),
  };
  const lost = new Map(tensors.map((tensor) => [`${tensor.place}/${tensor.name}`, tensor]));
  const layouts = layoutsOf(smaller, options);
  const { replaced, scales, errors, left, notices } = await fitStages({
    ...stageWeights(pairLayers(dense, found), captures.dense, captures.own),
    ...captures,
    ...{ runner, refit: true, damping, signal, onProgress },
    layouts,
    optionsOf: ({ weight, pairs }) => ({ standsFor: standsFor(pairs[0]!, lost.get(weight.place)) }),
  });
  return {
    model: replaceWeights(smaller, replaced),
    quantize: quantizeAs(layouts, scales),
    layers: found.flatMap(({ weight: { name, shape, elements } }) =>
      errors.has(name) ? [{ name, shape, elements, kept: elements, error: errors.get(name) }] : [],
    ),
    notices: [
      ...Array.from(left, ([name, why]) => ({
        code: 'not-refitted',
        message: `${quote(name)} is not refitted: ${why}`,
        weights: [name],
      })),
      ...notices,
    ],
  };
}

/** Options that were given. */
function withoutUndefined<Options extends object>(
  options: Options,
): { [Key in keyof Options]: Exclude<Options[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Options]: Exclude<Options[Key], undefined>;
  };
}
