import type { AxedValue, Axes, Axis, Dim, Lengths, Place } from '@synaprune/axes';
import type { JsonObject } from '../../artifacts/json-tree.js';
import type { Layer } from '../../layers-model/layers-model.js';
import type { ModelValue } from '../follow/followed.js';

/** A call of a layer as its rule sees it. */
export interface LayerCall {
  readonly layer: Layer;
  readonly place: Place;
  readonly axes: Axes;
  /** What it is called on; of what nothing is known, undefined. */
  readonly given: readonly (AxedValue | undefined)[];
  /** @throws NotFollowed when nothing is known of it */
  input(input: number): AxedValue;
  /** @throws NotFollowed */
  inputs(): readonly AxedValue[];
  /** A setting of its config. */
  setting(name: string): unknown;
  /** A weight of its own. Undefined where it has none such. */
  weight(key: string): ModelValue | undefined;
  /** @throws NotFollowed when it has none such, or one of another rank */
  needed(key: string, rank: number): ModelValue;
  /** Follows a layer that this one is made of. */
  follow(part: Layer, inputs: readonly (AxedValue | undefined)[]): readonly (AxedValue | undefined)[];
  /** A size that only a run knows. */
  open(what: string): Dim;
}

/** What a rule says of a call. */
export interface FollowedLayer {
  /** Undefined where nothing is known of one. */
  readonly outputs: readonly (AxedValue | undefined)[];
  /** What the config needs when axes lose something. */
  readonly edit?: (config: JsonObject, lengths: Lengths) => void;
  /** Of each product: axes whose lengths multiply to the multiply-adds of a run. */
  readonly multiplyAdds?: readonly (readonly Axis[])[];
}

/**
 * How the axes of what a layer is called on become those of what it gives.
 *
 * @throws NotFollowed when they cannot be followed
 * @throws SizesDiffer when they do not fit
 */
export type LayerRule = (call: LayerCall) => FollowedLayer;
