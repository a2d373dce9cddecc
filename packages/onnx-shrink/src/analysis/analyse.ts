import {
  type Axis,
  type ChannelGroups,
  chooseGroups,
  type Dim,
  dimAt,
  type Kept,
  keptAlong,
} from '@synaprune/axes';
import type { ModelProto } from '@synaprune/onnx';
import { countParameters, type Lengths } from '../cut/cut-model.js';
import { type FollowedModel, type FollowOptions, followModel } from '../follow/follow-model.js';
import type { FileTensor } from '../follow/graph-value.js';

/** A model, followed, and the groups of its channels. */
export interface Analysis {
  readonly model: ModelProto;
  readonly followed: FollowedModel;
  readonly channels: ChannelGroups;
  /** Tensors by the names that members of groups have. */
  readonly tensors: ReadonlyMap<string, FileTensor>;
}

/** @throws PruneError `bad-model` */
export function analyse(model: ModelProto, options: FollowOptions): Analysis {
  const followed = followModel(model, options);
  const channels = chooseGroups(followed.axes, followed.tensors);
  return {
    model,
    followed,
    channels,
    tensors: new Map(followed.tensors.map((tensor) => [tensor.name, tensor])),
  };
}

/** How long every axis is when only `kept` stays. */
export function lengthsOf({ followed, channels }: Analysis, kept: Kept): Lengths {
  const known = new Map<Axis, readonly number[] | undefined>();
  const keptOf = (given: Axis) => {
    const axis = followed.axes.resolve(given);
    if (!known.has(axis)) known.set(axis, keptAlong(channels.channelsOf(axis), kept));
    return known.get(axis);
  };
  // Of a merged axis the length follows from its factors.
  const lengthOf = (axis: Axis): Dim => keptOf(axis)?.length ?? axis.dim;
  return { keptOf, lengthOf };
}

/** How large a model is. */
export interface Size {
  readonly parameters: number;
  readonly multiplyAdds: number;
}

/** @param dimensions lengths of what the model leaves open, 1 unless told */
export function sizeOf(
  { followed }: Analysis,
  lengthOf: (axis: Axis) => Dim,
  dimensions: Readonly<Record<string, number>> = {},
): Size {
  const count = (axes: readonly Axis[]) =>
    axes.reduce((product, axis) => product * dimAt(lengthOf(axis), dimensions), 1);
  return {
    parameters: countParameters(followed.tensors, lengthOf),
    multiplyAdds: followed.products.reduce((sum, axes) => sum + count(axes), 0),
  };
}
