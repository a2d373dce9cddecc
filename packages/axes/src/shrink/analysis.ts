import type { Axes } from '../axes/axes-api.js';
import type { Axis } from '../axes/axis.js';
import { type Dim, dimAt, productOf } from '../axes/dim.js';
import { type Kept, keptAlong } from '../plan/choose-kept.js';
import { type ChannelGroups, chooseGroups, type TensorAxes } from '../plan/groups.js';

/** A tensor of a file, as far as shrinking looks at it, whatever the format. */
export interface ShrinkTensor extends TensorAxes {
  /** What its graph calls it, where reports call it something else. */
  readonly ownName?: string;
  readonly shape: readonly number[];
  /** Where it is: `graph`, or the graph of a branch. */
  readonly place: string;
  /** Whether its elements count as parameters. */
  readonly isParameter: boolean;
  /** Bytes of one element in the file, 0 where it is not cut. */
  readonly elementBytes: number;
  /** Its elements, row-major, in float32; to be looked at only, and only until those of another tensor are asked for. */
  floats(): Float32Array;
}

/** A model that was followed, of any format. */
export interface FollowedTensors {
  readonly axes: Axes;
  readonly tensors: readonly ShrinkTensor[];
  /** Of every product: axes whose lengths multiply to how often a run multiplies. */
  readonly products: readonly (readonly Axis[])[];
}

/** The same, with the groups of its channels. */
export interface Analysis extends FollowedTensors {
  readonly channels: ChannelGroups;
  /** Tensors by the names that members of groups have. */
  readonly byName: ReadonlyMap<string, ShrinkTensor>;
}

/** Finds the groups of a model that was followed. */
export function analyse({ axes, tensors, products }: FollowedTensors): Analysis {
  return {
    axes,
    tensors,
    products,
    channels: chooseGroups(axes, tensors),
    byName: new Map(tensors.map((tensor) => [tensor.name, tensor])),
  };
}

/** What stays of the axes of a model. */
export interface Lengths {
  /** The indices of an axis that stay, or undefined where all do. */
  keptOf(axis: Axis): readonly number[] | undefined;
  /** How long an axis is then. */
  lengthOf(axis: Axis): Dim;
  /** Whether it is shorter then. */
  shrinks(axis: Axis): boolean;
}

/** How long every axis is when only `kept` stays. */
export function lengthsOf({ axes, channels }: Pick<Analysis, 'axes' | 'channels'>, kept: Kept): Lengths {
  const known = new Map<Axis, readonly number[] | undefined>();
  const keptOf = (given: Axis) => {
    const axis = axes.resolve(given);
    if (!known.has(axis)) known.set(axis, keptAlong(channels.channelsOf(axis), kept));
    return known.get(axis);
  };
  const lengthOf = (axis: Axis): Dim => {
    const factors = axes.factorsOf(axis);
    if (factors.length > 1) return productOf(factors.map(lengthOf));
    return keptOf(axis)?.length ?? axis.dim;
  };
  return {
    keptOf,
    lengthOf,
    shrinks: (axis) => axes.factorsOf(axis).some((factor) => keptOf(factor) !== undefined),
  };
}

/** How large a model is. */
export interface ModelSize {
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** @param dimensions lengths of what the model leaves open, 1 unless told */
export function sizeOf(
  { tensors, products }: FollowedTensors,
  lengthOf: (axis: Axis) => Dim,
  dimensions: Readonly<Record<string, number>> = {},
): ModelSize {
  const count = (axes: readonly Axis[]) =>
    axes.reduce((product, axis) => product * dimAt(lengthOf(axis), dimensions), 1);
  // Parameters are counted as they lie in the file, where every length is a number.
  const elements = (axes: readonly Axis[]) =>
    axes.reduce((product, axis) => product * dimAt(lengthOf(axis)), 1);
  return {
    parameters: tensors.reduce((sum, { axes, isParameter }) => sum + (isParameter ? elements(axes) : 0), 0),
    multiplyAdds: products.reduce((sum, axes) => sum + count(axes), 0),
  };
}
