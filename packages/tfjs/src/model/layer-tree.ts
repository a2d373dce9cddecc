import type { layers } from '@tensorflow/tfjs-layers';
import { layerParts } from '../internals/layer-parts.js';

/** A layer, cell or nested model, and the layers it is made of. */
export interface LayerNode {
  readonly layer: layers.Layer;
  /** Class name as tfjs saves it: `Dense`, `LSTMCell`. */
  readonly kind: string;
  /** Names from the outermost layer to this one. */
  readonly path: readonly string[];
  /** Names down to the innermost nested model it lies in, without the outermost; empty in no nested model. */
  readonly within: readonly string[];
  readonly children: readonly LayerNode[];
}

/** Everything a model is made of, in layer order: nested models, wrapped layers and recurrent cells too. */
export function layerTree(layer: layers.Layer, above: readonly layers.Layer[] = []): LayerNode {
  const line = [...above, layer];
  const path = line.map(({ name }) => name);
  const model = above.findLastIndex(isModel);
  // A custom layer may point back at what holds it.
  const children = layerParts(layer).filter((part) => !line.includes(part));
  return {
    layer,
    kind: layer.getClassName(),
    path,
    within: path.slice(1, model + 1),
    children: children.map((part) => layerTree(part, line)),
  };
}

/** All nodes of a tree, parents before children. A layer used twice comes twice. */
export function flattenTree(node: LayerNode): LayerNode[] {
  return [node, ...node.children.flatMap(flattenTree)];
}

/** Whether a layer is a model itself. */
export function isModel(layer: layers.Layer): boolean {
  const { layers, predict } = layer as { readonly layers?: unknown; readonly predict?: unknown };
  return Array.isArray(layers) && typeof predict === 'function';
}
