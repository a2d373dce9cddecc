import type { Notice } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { replaceWeights, tensorToFloat32 } from '@synaprune/onnx';
import { type ShrinkReport, shrinkOnnx } from '@synaprune/onnx-shrink';
import { openCapture } from '../../capture/capture.js';
import type { FoundLayers } from '../../capture/layers/find-layers.js';
import type { Layer } from '../../capture/layers/layer.js';
import { type ModelGraph, readModelGraph } from '../../capture/model-graph.js';
import type { PartRunner } from '../../capture/run-part.js';
import type { Feeds } from '../../inputs/given-samples.js';
import { namedLengths } from '../../inputs/noise.js';
import type { Compressed } from '../compress-weights.js';
import { openDenseOutputs } from '../dense-outputs.js';
import { fitWeight } from '../fit-weight.js';
import { inputsOf, shifted } from '../layer-values.js';
import type { CompressChannels } from '../options.js';
import type { CompressedLayer } from '../report.js';
import { layersOf, nodesOf, type PairedWeight, pairLayers } from './pair-layers.js';
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
  const refitted = refit
    ? await refitSmaller(shrunk.model, report, { graph, dense, denseLayers }, samples, runner, options)
    : { model: shrunk.model, layers: [], notices: [] };
  const { parameters, held } = report;
  return {
    model: refitted.model,
    report: {
      layers: refitted.layers,
      groups: report.groups,
      removed: { elements: parameters.before - parameters.after, of: parameters.before },
      held: held.map(({ name, heldBy }) => ({ name, heldBy })),
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
  { damping = 0.01, signal, onProgress }: CompressChannels,
): Promise<{ model: Uint8Array; layers: CompressedLayer[]; notices: Notice[] }> {
  const graph = readModelGraph(smaller);
  const found = layersOf(smaller, graph);
  const own = found.flatMap(({ layers }) => ('why' in layers ? [] : layers));
  const before = openCapture(runner, denseGraph, nodesOf(denseLayers), samples);
  const after = openCapture(runner, graph, nodesOf(own), samples);
  const lost = new Map(tensors.map((tensor) => [`${tensor.place}/${tensor.name}`, tensor]));
  const outputs = await openDenseOutputs(runner.ort, runner.executionProviders);
  const replaced = new Map<string, Float32Array>();
  const layers: CompressedLayer[] = [];
  const notices: Notice[] = [];
  const leave = ({ name }: PairedWeight['weight'], why: string) => {
    notices.push({
      code: 'not-refitted',
      message: `${quote(name)} is not refitted: ${why}`,
      weights: [name],
    });
  };
  const paired = pairLayers(dense, found);
  const stages = Array.from({ length: Math.min(before.stages, after.stages) }, (): PairedWeight[] => []);
  for (const each of paired) {
    if ('why' in each.pairs) {
      leave(each.weight, each.pairs.why);
      continue;
    }
    const at = new Set(
      each.pairs.flatMap(({ layer, dense }) => [after.stageOf(layer.node), before.stageOf(dense.node)]),
    );
    const [stage, ...others] = at;
    if (stage === undefined) leave(each.weight, 'no input of the model reaches it');
    else if (others.length > 0) leave(each.weight, 'layers that come one after the other share it');
    else stages[stage]!.push(each);
  }
  const total = stages.flat().length;
  try {
    for (const here of stages) {
      await before.next();
      await after.next(replaced);
      for (const { weight, pairs } of here) {
        if ('why' in pairs) continue;
        const [first] = pairs;
        const { layer } = first!;
        const uses = [];
        for (const pair of pairs)
          uses.push({ ...pair, inputs: await inputsOf(pair, before, after, replaced) });
        const now = tensorToFloat32(graph.tensors.get(layer.tensor)!);
        const fitted = await fitWeight({
          name: weight.name,
          uses,
          denseWeight: tensorToFloat32(denseGraph.tensors.get(first!.dense.tensor)!),
          weight: now,
          standsFor: standsFor(first!, lost.get(weight.place)),
          refit: true,
          damping,
          outputs,
          signal,
        });
        if ('why' in fitted) {
          leave(weight, fitted.why);
          continue;
        }
        replaced.set(layer.tensor, fitted.weight);
        if (layer.bias !== undefined && fitted.shifts !== undefined) {
          const bias =
            replaced.get(layer.bias.tensor) ?? tensorToFloat32(graph.tensors.get(layer.bias.tensor)!);
          replaced.set(layer.bias.tensor, shifted(bias, layer, fitted.shifts));
        }
        notices.push(...fitted.notices);
        const { name, shape, elements } = weight;
        layers.push({ name, shape, elements, kept: elements, error: fitted.error });
        onProgress?.({ stage: 'layers', done: layers.length, total, layer: name });
      }
    }
  } finally {
    await outputs.release();
  }
  return { model: replaceWeights(smaller, replaced), layers, notices };
}

/** Options that were given. */
function withoutUndefined<Options extends object>(
  options: Options,
): { [Key in keyof Options]: Exclude<Options[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Options]: Exclude<Options[Key], undefined>;
  };
}
