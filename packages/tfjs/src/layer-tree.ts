import type * as tf from '@tensorflow/tfjs';

/** A layer, cell or nested model, and the layers it is made of. */
export interface LayerNode {
  readonly layer: tf.layers.Layer;
  /** Class name as tfjs saves it: `Dense`, `LSTMCell`. */
  readonly kind: string;
  /** Names from the outermost layer to this one. */
  readonly path: readonly string[];
  readonly children: readonly LayerNode[];
}

/** The fields in which layers of tfjs hold other layers. Its types keep most of them to themselves. */
interface Holder {
  readonly layers?: readonly tf.layers.Layer[];
  readonly forwardLayer?: tf.layers.Layer;
  readonly backwardLayer?: tf.layers.Layer;
  readonly layer?: tf.layers.Layer;
  readonly cell?: tf.layers.Layer;
  readonly cells?: readonly tf.layers.Layer[];
}

/** Everything a model is made of, in layer order: nested models, wrapped layers and recurrent cells too. */
export function layerTree(layer: tf.layers.Layer, above: readonly string[] = []): LayerNode {
  const path = [...above, layer.name];
  const children = parts(layer).map((part) => layerTree(part, path));
  return { layer, kind: layer.getClassName(), path, children };
}

/** All nodes of a tree, parents before children. A layer used twice comes twice. */
export function flattenTree(node: LayerNode): LayerNode[] {
  return [node, ...node.children.flatMap(flattenTree)];
}

function parts(layer: tf.layers.Layer): readonly tf.layers.Layer[] {
  const { layers, forwardLayer, backwardLayer, layer: wrapped, cell, cells } = layer as Holder;
  if (layers !== undefined) return layers;
  // A Bidirectional also holds the layer it was made from, which has no part in it.
  if (forwardLayer !== undefined && backwardLayer !== undefined) return [forwardLayer, backwardLayer];
  if (wrapped !== undefined) return [wrapped];
  if (cell !== undefined) return [cell];
  return cells ?? [];
}
