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
import { quote } from '@synaprune/core/checks';
import { badModel } from '../../artifacts/bad-model.js';
import type { OpenedModel } from '../../artifacts/open-artifacts.js';
import { flattenLayers, type Layer, type LayersModel } from '../../layers-model/layers-model.js';
import { callLayer, walkLayers } from '../../layers-model/walk-layers.js';
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
  const entered = (layer: Layer, given: readonly Value[]): void => {
    edits.push((lengths) => {
      if (given[0] !== undefined) correctInputShape(layer.config, given[0], lengths);
    });
  };
  const visitor = { fed: inputOf, entered, call: followLayer };
  const outputs = walkLayers<AxedValue>(root, visitor);
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

  function followLayer(layer: Layer, given: readonly Value[]): readonly Value[] {
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

  /** A part of a layer, as what a wrapper holds. */
  function followPart(layer: Layer, given: readonly Value[]): readonly Value[] {
    return callLayer<AxedValue>(layer, given, visitor);
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
      follow: followPart,
      open(what) {
        opened_ += 1;
        return openDim(`${place.label} ${what}#${opened_}`);
      },
    };
  }
}
