import { type Notice, PruneError } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { findWeights, replaceWeights, tensorToFloat32 } from '@synaprune/onnx';
import { type Capture, openCapture } from '../capture/capture.js';
import { type FoundLayers, findLayers } from '../capture/layers/find-layers.js';
import type { Layer } from '../capture/layers/layer.js';
import { readModelGraph } from '../capture/model-graph.js';
import type { PartRunner } from '../capture/run-part.js';
import type { Feeds } from '../inputs/given-samples.js';
import { openDenseOutputs } from './dense-outputs.js';
import { fitWeight } from './fit-weight.js';
import { inputsOf, shifted } from './layer-values.js';
import type { CompressWeights } from './options.js';
import type { CompressedLayer, CompressReport } from './report.js';
import { shareSparsity } from './share-sparsity.js';

/** What pruning did, before it is measured. */
export interface Compressed {
  readonly model: Uint8Array;
  readonly report: Pick<CompressReport, 'layers' | 'groups' | 'removed' | 'held' | 'notices'>;
}

/**
 * Zeroes single weights and refits the others, layer by layer from the inputs on.
 *
 * @param bytes the model in one file
 */
export async function compressWeights(
  bytes: Uint8Array,
  samples: readonly Feeds[],
  runner: PartRunner,
  options: CompressWeights,
): Promise<Compressed> {
  const { select, method = 'wanda', refit = true, damping = 0.01, pattern, signal, onProgress } = options;
  const chosen = findWeights(bytes, select === undefined ? {} : { select }).filter(({ pruned }) => pruned);
  if (chosen.length === 0) {
    throw new PruneError('no-weights', 'the model has no weight to prune: it has no kernel of a layer');
  }
  const graph = readModelGraph(bytes);
  const found = findLayers(graph, chosen);
  const nodes = new Set(found.flatMap(({ layers }) => (isFit(layers) ? layers.map(({ node }) => node) : [])));
  const dense = openCapture(runner, graph, nodes, samples);
  const pruned = openCapture(runner, graph, nodes, samples, dense);
  const left = new Map<string, string>();
  const stages = stagesOf(found, dense, left);
  const reached = stages.flat().map(({ weight: { name, shape, elements }, layers }) => {
    const { parts, rows, features } = layers[0]!;
    return { name, shape, elements, parts, rows, features };
  });
  const sparsities = new Map(
    shareSparsity(reached, options).map((sparsity, i) => [reached[i]!.name, sparsity]),
  );
  const outputs = await openDenseOutputs(runner.ort, runner.executionProviders);
  const replaced = new Map<string, Float32Array>();
  const errors = new Map<string, CompressedLayer['error']>();
  const notices: Notice[] = [];
  let done = 0;
  const told = (layer: string) =>
    onProgress?.({ stage: 'layers', done: ++done, total: chosen.length - left.size, layer });
  const valuesOf = (tensor: string) => replaced.get(tensor) ?? tensorToFloat32(graph.tensors.get(tensor)!);
  try {
    for (const here of stages) {
      await dense.next();
      await pruned.next(replaced);
      for (const { weight, layers } of here) {
        const weightNow = valuesOf(layers[0]!.tensor);
        const uses = [];
        for (const layer of layers)
          uses.push({
            layer,
            dense: layer,
            inputs: await inputsOf({ layer, dense: layer }, dense, pruned, replaced),
          });
        const fitted = await fitWeight({
          name: weight.name,
          uses,
          denseWeight: weightNow,
          weight: weightNow,
          choose: { method, sparsity: sparsities.get(weight.name)!, pattern },
          refit,
          damping,
          outputs,
          signal,
        });
        if ('why' in fitted) {
          left.set(weight.name, fitted.why);
          continue;
        }
        replaced.set(layers[0]!.tensor, fitted.weight);
        const { bias } = layers[0]!;
        if (bias !== undefined && fitted.shifts !== undefined) {
          replaced.set(bias.tensor, shifted(valuesOf(bias.tensor), layers[0]!, fitted.shifts));
        }
        errors.set(weight.name, fitted.error);
        notices.push(...fitted.notices);
        told(weight.name);
      }
    }
  } finally {
    await outputs.release();
  }
  const held = chosen.flatMap(({ name }) => {
    const heldBy = left.get(name);
    return heldBy === undefined ? [] : [{ name, heldBy }];
  });
  for (const { name, heldBy: why } of held) {
    notices.push({ code: 'left-dense', message: `${quote(name)} stays dense: ${why}`, weights: [name] });
  }
  if (errors.size === 0) {
    throw new PruneError(
      'no-weights',
      `none of the weights ${listNames(
        chosen.map(({ name }) => name),
        5,
      )} could be pruned by what it sees: ${[...left.values()][0]}; pruneOnnx prunes by magnitude, wherever they lie`,
    );
  }
  const layers = found.flatMap(({ weight, layers: own }): CompressedLayer[] => {
    if (!isFit(own) || !errors.has(weight.name)) return [];
    const kept = replaced.get(own[0]!.tensor)!.reduce((count, value) => count + Number(value !== 0), 0);
    const { name, shape, elements } = weight;
    return [{ name, shape, elements, kept, error: errors.get(name) }];
  });
  const total = chosen.reduce((sum, { elements }) => sum + elements, 0);
  const gone = layers.reduce((sum, { elements, kept }) => sum + elements - kept, 0);
  return {
    model: replaceWeights(bytes, replaced),
    report: {
      layers,
      groups: [],
      removed: { elements: gone, of: total },
      held,
      notices,
    },
  };
}

interface Fit {
  readonly weight: FoundLayers['weight'];
  readonly layers: readonly Layer[];
}

const isFit = (layers: FoundLayers['layers']): layers is readonly Layer[] => !('why' in layers);

/** The weights of every stage; of the others it is noted why they stay. */
function stagesOf(found: readonly FoundLayers[], capture: Capture, left: Map<string, string>): Fit[][] {
  const stages = Array.from({ length: capture.stages }, (): Fit[] => []);
  for (const { weight, layers } of found) {
    if (!isFit(layers)) {
      left.set(weight.name, layers.why);
      continue;
    }
    const [stage, ...others] = new Set(layers.map(({ node }) => capture.stageOf(node)));
    if (stage === undefined) left.set(weight.name, 'no input of the model reaches it');
    else if (others.length > 0) left.set(weight.name, 'layers that come one after the other share it');
    else stages[stage]!.push({ weight, layers });
  }
  return stages;
}
