import type { layers } from '@tensorflow/tfjs-layers';

/** The fields in which layers of tfjs hold other layers. In a custom layer they may hold anything. */
interface Holder {
  readonly layers?: unknown;
  readonly forwardLayer?: unknown;
  readonly backwardLayer?: unknown;
  readonly layer?: unknown;
  readonly cell?: unknown;
  readonly cells?: unknown;
}

/**
 * The layers that a layer is made of, in the order of their weights: those of a nested model, the wrapped layer, the
 * cells of a recurrent one.
 *
 * Written for tfjs-layers 4.22.0, where `forwardLayer`, `backwardLayer` and `cells` are private and the others are in
 * types that it does not export. A layer's weights do not tell which of its parts they belong to. A part that is not
 * found is no error: its weights then count as the whole's.
 */
export function layerParts(layer: layers.Layer): readonly layers.Layer[] {
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
