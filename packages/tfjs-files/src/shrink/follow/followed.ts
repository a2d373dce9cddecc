import type { AxedValue, Axes, Axis, KnownSize, Lengths, TensorAxes } from '@synaprune/axes';
import type { JsonObject } from '../../artifacts/json-tree.js';
import type { StoredWeight } from '../../artifacts/open-artifacts.js';
import type { ChangedWeight } from '../../elements/change-weight.js';

/** A weight of the model, with its axes. */
export interface WeightAxes extends TensorAxes {
  readonly weight: StoredWeight;
}

/** A value of a model: its axes, and what is known of its elements. */
export interface ModelValue extends AxedValue {
  /** Of a vector, or of one number: each element, where it is known. */
  readonly sizes?: readonly (KnownSize | undefined)[];
  /** The weight whose elements it is, in their order. */
  readonly weight?: StoredWeight;
}

/** Weights that a model gets beside those it has, and weights that hold other numbers. */
export interface WeightChanges {
  readonly added: ReadonlyMap<string, ChangedWeight>;
  readonly changed: ReadonlyMap<string, ChangedWeight>;
}

/** A model that was followed from its inputs to its outputs. */
export interface FollowedModel {
  readonly axes: Axes;
  readonly tensors: readonly WeightAxes[];
  /** Of every product: axes whose lengths multiply to how often a run multiplies. */
  readonly products: readonly (readonly Axis[])[];
  /** A copy of the model's topology, the model's own until {@link FollowedModel.edit}. */
  readonly topology: JsonObject;
  /** Tells the topology of the lengths that axes have from now on. */
  edit(lengths: Lengths): WeightChanges;
}

/** How a model is followed. */
export interface FollowOptions {
  /** Whether axes that are normalised over may lose something. */
  readonly acrossNormalisation: boolean;
  /** Weights that nobody learned, and why. */
  readonly fixed: ReadonlyMap<string, string>;
}

/** Thrown by a rule that cannot follow its node or layer: all axes that it reads and makes stay. */
export class NotFollowed extends Error {
  override name = 'NotFollowed';
}

/** What an axis that no rule follows is held by. */
export const NOT_FOLLOWED = 'nothing is known of what it does to the axis';
