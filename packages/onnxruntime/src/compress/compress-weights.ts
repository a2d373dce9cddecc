import { PruneError } from '@synaprune/core';
import { listNames, quote } from '@synaprune/core/checks';
import { findWeights, type OnnxWeight, type QuantizeOnnxOptions, replaceWeights } from '@synaprune/onnx';
import { type CompressedLayer, DAMPING, shareSparsity } from '@synaprune/refit';
import { openCapture } from '../capture/capture.js';
import { findLayers } from '../capture/layers/find-layers.js';
import { readModelGraph } from '../capture/model-graph.js';
import type { PartRunner } from '../capture/run-part.js';
import type { Feeds } from '../inputs/given-samples.js';
import { fitStages, type PairedWeight, stageWeights } from './fit-stages.js';
import { layoutsOf, quantizeAs } from './layouts-of.js';
import type { CompressWeights } from './options.js';
import type { CompressReport } from './report.js';

/** What was done to a model, before it is measured. */
export interface Compressed {
  readonly model: Uint8Array;
  /** Weights to be kept in 8 bits, where that was asked for, and the scales of those that were rounded. */
  readonly quantize: QuantizeOnnxOptions | undefined;
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
  const { keep, select, method = 'wanda', distribution, pattern, swaps = 0 } = options;
  const { refit = true, damping = DAMPING, signal, onProgress } = options;
  const weights = findWeights(bytes, select === undefined ? {} : { select });
  const chosen = weights.filter(({ pruned }) => pruned);
  if (chosen.length === 0) throw nothingToPrune(weights);
  const graph = readModelGraph(bytes);
  const paired = findLayers(graph, chosen).map(
    ({ weight, layers }): PairedWeight => ({
      weight,
      pairs: 'why' in layers ? layers : layers.map((layer) => ({ layer, dense: layer })),
    }),
  );
  const nodes = new Set(
    paired.flatMap(({ pairs }) => ('why' in pairs ? [] : pairs.map(({ layer }) => layer.node))),
  );
  const dense = openCapture(runner, graph, nodes, samples);
  const own = openCapture(runner, graph, nodes, samples, dense);
  const staged = stageWeights(paired, dense, own);
  const reached = staged.stages.flat().map(({ weight: { name, shape, elements }, pairs }) => {
    const { parts, rows, features } = pairs[0]!.layer;
    return { name, shape, elements, parts, rows, features };
  });
  const shares = shareSparsity('compressOnnx', reached, 1 - keep, { distribution, pattern });
  const sparsities = new Map(shares.map((sparsity, i) => [reached[i]!.name, sparsity]));
  const layouts = layoutsOf(bytes, options);
  const fitted = await fitStages({
    ...staged,
    ...{ dense, own, runner, refit, damping, signal, onProgress },
    layouts,
    optionsOf: ({ weight }) => ({
      choose: { method, sparsity: sparsities.get(weight.name)!, pattern, swaps },
    }),
  });
  const { replaced, errors, left } = fitted;
  const held = chosen.flatMap(({ name }) => {
    const heldBy = left.get(name);
    return heldBy === undefined ? [] : [{ name, heldBy }];
  });
  if (errors.size === 0) {
    const names = chosen.map(({ name }) => name);
    throw new PruneError(
      'no-weights',
      `none of the weights ${listNames(names, 5)} could be pruned by what it sees: ${[...left.values()][0]}; ` +
        'pruneOnnx prunes by magnitude, wherever they lie',
    );
  }
  const layers = paired.flatMap(({ weight, pairs }): CompressedLayer[] => {
    const { name, shape, elements } = weight;
    if ('why' in pairs || !errors.has(name)) return [];
    const kept = replaced
      .get(pairs[0]!.layer.tensor)!
      .reduce((count, value) => count + Number(value !== 0), 0);
    return [{ name, shape, elements, kept, error: errors.get(name) }];
  });
  const total = chosen.reduce((sum, { elements }) => sum + elements, 0);
  const gone = layers.reduce((sum, { elements, kept }) => sum + elements - kept, 0);
  return {
    model: replaceWeights(bytes, replaced),
    quantize: quantizeAs(layouts, fitted.scales),
    report: {
      layers,
      groups: [],
      removed: { elements: gone, of: total },
      held,
      notices: [
        ...fitted.notices,
        ...held.map(({ name, heldBy }) => ({
          code: 'left-dense',
          message: `${quote(name)} stays dense: ${heldBy}`,
          weights: [name],
        })),
      ],
    },
  };
}

/** The largest tensors first: they are what one would have pruned. */
function nothingToPrune(weights: readonly OnnxWeight[]): PruneError {
  const [first, second, third] = [...weights].sort((a, b) => b.elements - a.elements);
  const why = [first, second, third].flatMap((each) =>
    each === undefined ? [] : [`${quote(each.name)}: ${each.reason}`],
  );
  return new PruneError(
    'no-weights',
    `the model has no weight to prune; ${why.length === 0 ? 'it has no weights' : why.join('; ')}`,
  );
}
