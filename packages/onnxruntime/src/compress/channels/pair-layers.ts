import { findWeights, type NodeProto } from '@synaprune/onnx';
import { type FoundLayers, findLayers } from '../../capture/layers/find-layers.js';
import type { Layer } from '../../capture/layers/layer.js';
import type { ModelGraph } from '../../capture/model-graph.js';
import type { PairedWeight } from '../fit-stages.js';
import type { LayerPair } from '../layer-values.js';

/** Every kernel of a model, however small, and its layers. */
export function layersOf(bytes: Uint8Array, graph: ModelGraph): FoundLayers[] {
  const kernels = findWeights(bytes, { select: { minElements: 1 } }).filter(({ pruned }) => pruned);
  return findLayers(graph, kernels);
}

/** The layers of two models, side by side, by the names of their weights. */
export function pairLayers(dense: readonly FoundLayers[], smaller: readonly FoundLayers[]): PairedWeight[] {
  const known = new Map(dense.map((found) => [found.weight.place, found.layers]));
  return smaller.map(({ weight, layers }): PairedWeight => {
    if ('why' in layers) return { weight, pairs: layers };
    const others = known.get(weight.place);
    if (others === undefined || 'why' in others || others.length !== layers.length) {
      return { weight, pairs: { why: 'the dense model has no such layer' } };
    }
    return { weight, pairs: layers.map((layer, i): LayerPair => ({ layer, dense: others[i]! })) };
  });
}

/** The nodes of layers. */
export function nodesOf(layers: readonly Layer[]): ReadonlySet<NodeProto> {
  return new Set(layers.map(({ node }) => node));
}
