import { listNames } from '@synaprune/core/checks';
import { badModel } from '../artifacts/bad-model.js';
import type { Connection } from './connections.js';
import type { Layer } from './layers-model.js';

/** What becomes of the layers of a model that is walked. `undefined` is a value that nothing is known of. */
export interface LayerVisitor<Value> {
  /** What a model is fed, as its layer for inputs, or its first, says. */
  readonly fed: (layer: Layer) => Value | undefined;
  /** Told of each call before it is made, those of models and of layers for inputs too. */
  readonly entered?: (layer: Layer, given: readonly (Value | undefined)[]) => void;
  /** What a call of a layer gives. Layers for inputs and nested models are the walk's own. */
  readonly call: (layer: Layer, given: readonly (Value | undefined)[]) => readonly (Value | undefined)[];
}

/**
 * Calls the layers of a model, each after those that it reads of, and those of nested models where they are called.
 *
 * @param root a model, or a lone layer
 * @returns what the model gives
 * @throws PruneError `bad-model` when layers wait for each other
 */
export function walkLayers<Value>(root: Layer, visitor: LayerVisitor<Value>): readonly (Value | undefined)[] {
  return root.isModel ? walkModel(root, undefined, visitor) : callLayer(root, [visitor.fed(root)], visitor);
}

/** @param given what a nested model is called on; undefined for the model itself, which is fed */
function walkModel<Value>(
  holder: Layer,
  given: readonly (Value | undefined)[] | undefined,
  visitor: LayerVisitor<Value>,
): readonly (Value | undefined)[] {
  const values = new Map<string, Value | undefined>();
  const offsets = callOffsets(holder);
  const keyOf = ({ layer, call, output }: Connection) => `${layer} ${call} ${output}`;
  const fed = new Map(holder.inputs.map(({ layer }, i) => [layer, i]));
  const waiting = new Set<{ readonly layer: Layer; readonly call: number }>();
  for (const layer of holder.children) {
    const calls = Math.max(layer.inbound.length, 1);
    for (let call = 0; call < calls; call += 1) waiting.add({ layer, call });
  }
  for (let before = -1; before !== waiting.size; ) {
    before = waiting.size;
    for (const each of waiting) {
      const { layer, call } = each;
      const inbound = layer.inbound[call] ?? [];
      if (!inbound.every((connection) => values.has(keyOf(connection)))) continue;
      waiting.delete(each);
      const number = fed.get(layer.name);
      const inputs = inbound.map((connection) => values.get(keyOf(connection)));
      if (inbound.length === 0) {
        // A nested model says what it takes, also where nothing is known of what it is called on.
        inputs.push((number === undefined ? undefined : given?.[number]) ?? visitor.fed(layer));
      }
      const made = callLayer(layer, inputs, visitor);
      const place = call + (offsets.get(layer.name) ?? 0);
      // A layer that nothing is known of gives as many values as are asked for.
      for (let output = 0; output < Math.max(made.length, 8); output += 1) {
        values.set(keyOf({ layer: layer.name, call: place, output }), made[output]);
      }
    }
  }
  if (waiting.size > 0) {
    const names = [...waiting].map(({ layer }) => layer.name);
    throw badModel(`layers wait for each other, or for calls that there are not: ${listNames(names)}`);
  }
  return holder.outputs.map((output) => values.get(keyOf(output)));
}

/** What a layer gives, a part of another or a nested model too. */
export function callLayer<Value>(
  layer: Layer,
  given: readonly (Value | undefined)[],
  visitor: LayerVisitor<Value>,
): readonly (Value | undefined)[] {
  visitor.entered?.(layer, given);
  if (layer.className === 'InputLayer') return [given[0]];
  return layer.isModel ? walkModel(layer, given, visitor) : visitor.call(layer, given);
}

/**
 * By how much the calls of a layer are counted from another number than 0: a nested model is called once where it is
 * made, which most writers count.
 */
function callOffsets(holder: Layer): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  const models = new Set(holder.children.filter(({ isModel }) => isModel).map(({ name }) => name));
  const connections = [...holder.children.flatMap(({ inbound }) => inbound.flat()), ...holder.outputs];
  for (const { layer, call } of connections) {
    if (models.has(layer)) offsets.set(layer, Math.min(offsets.get(layer) ?? 1, call));
  }
  return offsets;
}
