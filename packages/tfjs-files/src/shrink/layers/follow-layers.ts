import {
  type AxedValue,
  type Axis,
  createAxes,
  holdAll,
  type Lengths,
  openDim,
  type Place,
  SizesDiffer,
} from '@synaprune/axes';
import { listNames, quote } from '@synaprune/core/checks';
import { badModel } from '../../artifacts/bad-model.js';
import type { OpenedModel } from '../../artifacts/open-artifacts.js';
import type { Connection } from '../../layers-model/connections.js';
import { flattenLayers, type Layer, type LayersModel } from '../../layers-model/layers-model.js';
import { type FollowedModel, type FollowOptions, NOT_FOLLOWED, NotFollowed } from '../follow/followed.js';
import { createWeightValues } from '../follow/weight-values.js';
import { correctInputShape, inputDims } from './input-shapes.js';
import type { FollowedLayer, LayerCall } from './layer-call.js';
import { layerRuleOf } from './rules/rules.js';

type Value = AxedValue | undefined;

/**
 * Follows the axes of a layers model.
 *
 * @throws PruneError `bad-model` when layers wait for each other, or shapes contradict each other
 */
export function followLayers(model: LayersModel, opened: OpenedModel, options: FollowOptions): FollowedModel {
  const axes = createAxes();
  const weights = createWeightValues(axes, opened.bytes, options.fixed);
  const edits: ((lengths: Lengths) => void)[] = [];
  const products: (readonly Axis[])[] = [];
  let opened_ = 0;
  const placeOf = (label: string): Place => ({
    axes,
    label,
    acrossNormalisation: options.acrossNormalisation,
  });
  const { root } = model;
  const outputs = root.isModel ? followModel(root, undefined) : followLayer(root, [inputOf(root)]);
  for (const [i, value] of outputs.entries()) {
    const name = root.outputs[i]?.layer ?? root.name;
    if (value !== undefined) holdAll(placeOf(`the output ${quote(name)}`), value, 'it is given out');
  }
  return {
    axes,
    tensors: weights.tensors,
    products,
    topology: model.topology,
    edit(lengths) {
      for (const edit of edits) edit(lengths);
      return { added: new Map(), changed: new Map() };
    },
  };

  /** What a model is fed, as its layer for inputs says. */
  function inputOf(layer: Layer): Value {
    const dims = inputDims(layer.config, `${layer.name}`);
    return (
      dims && {
        axes: dims.map((dim, i) => axes.held(dim, `the input ${quote(layer.name)}, axis ${i}: it is fed`)),
        zero: dims.map(() => false),
        parameter: false,
      }
    );
  }

  /** @param given what a nested model is called on; undefined for the model itself, which is fed */
  function followModel(holder: Layer, given: readonly Value[] | undefined): readonly Value[] {
    const values = new Map<string, Value>();
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
          inputs.push((number === undefined ? undefined : given?.[number]) ?? inputOf(layer));
        }
        const made = followLayer(layer, inputs);
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

  function followLayer(layer: Layer, given: readonly Value[]): readonly Value[] {
    edits.push((lengths) => {
      if (given[0] !== undefined) correctInputShape(layer.config, given[0], lengths);
    });
    if (layer.className === 'InputLayer') return [given[0]];
    if (layer.isModel) return followModel(layer, given);
    const label = `layer ${quote(layer.path.join('/'))} (${layer.className})`;
    const place = placeOf(label);
    let followed: FollowedLayer | undefined;
    try {
      followed = layerRuleOf(layer.className)?.(callOf(layer, given, place));
    } catch (error) {
      if (error instanceof SizesDiffer) throw badModel(error.message);
      if (!(error instanceof NotFollowed)) throw error;
    }
    if (followed === undefined) {
      const own = flattenLayers(layer).flatMap((part) => [...part.weights.values()]);
      for (const value of [...given, ...own.map(weights.valueOf)]) {
        if (value !== undefined) holdAll(place, value, NOT_FOLLOWED);
      }
      return [];
    }
    const { edit } = followed;
    if (edit !== undefined) edits.push((lengths) => edit(layer.config, lengths));
    products.push(...(followed.multiplyAdds ?? []));
    return followed.outputs;
  }

  function callOf(layer: Layer, given: readonly Value[], place: Place): LayerCall {
    const input = (i: number): AxedValue => {
      const value = given[i];
      if (value === undefined) throw new NotFollowed(`${place.label}: nothing is known of input ${i}`);
      return value;
    };
    const weight = (key: string) => {
      const stored = layer.weights.get(key);
      return stored && weights.valueOf(stored);
    };
    return {
      layer,
      place,
      axes,
      given,
      input,
      inputs: () => Array.from({ length: Math.max(given.length, 1) }, (_, i) => input(i)),
      setting: (name) => (Object.hasOwn(layer.config, name) ? layer.config[name] : undefined),
      weight,
      needed(key, rank) {
        const value = weight(key);
        if (value?.axes.length === rank) return value;
        throw new NotFollowed(`${place.label}: it has no ${key} of ${rank} axes`);
      },
      follow: followLayer,
      open(what) {
        opened_ += 1;
        return openDim(`${place.label} ${what}#${opened_}`);
      },
    };
  }
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
