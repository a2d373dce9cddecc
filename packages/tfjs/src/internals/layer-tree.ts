import type { layers } from '@tensorflow/tfjs-layers';

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

/** The fields in which layers of tfjs hold other layers. In a custom layer they may hold anything. */
interface Holder {
  readonly layers?: unknown;
  readonly forwardLayer?: unknown;
  readonly backwardLayer?: unknown;
  readonly layer?: unknown;
  readonly cell?: unknown;
  readonly cells?: unknown;
}

/** Everything a model is made of, in layer order: nested models, wrapped layers and recurrent cells too. */
export function layerTree(layer: layers.Layer, above: readonly layers.Layer[] = []): LayerNode {
  const line = [...above, layer];
  const path = line.map(({ name }) => name);
  const model = above.findLastIndex(isModel);
  // A custom layer may point back at what holds it.
  const children = parts(layer).filter((part) => !line.includes(part));
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

function parts(layer: layers.Layer): readonly layers.Layer[] {
  const { layers, forwardLayer, backwardLayer, layer: wrapped, cell, cells } = layer as Holder;
  // A Bidirectional also holds the layer it was made from, which has no part in it.
  const fields = [layers, [forwardLayer, backwardLayer], wrapped, cell, cells];
  return fields.map((field) => [field].flat().filter(isLayer)).find((found) => found.length > 0) ?? [];
}

/*
 * By what they can do: npm may install a second copy of tfjs-layers beside one of another version, whose classes are
 * others.
 */
function isLayer(value: unknown): value is layers.Layer {
  const { getClassName, call, countParams } = (value ?? {}) as Partial<layers.Layer>;
  return [getClassName, call, countParams].every((method) => typeof method === 'function');
}

function isModel(layer: layers.Layer): boolean {
  const { layers, predict } = layer as { readonly layers?: unknown; readonly predict?: unknown };
  return Array.isArray(layers) && typeof predict === 'function';
}
