import {
  type Axis,
  type ChannelGroup,
  channelSums,
  chooseGroups,
  type Dim,
  dimAt,
  keepOneEach,
  keptAlong,
  keptCount,
  mostImportant,
  sliceSums,
} from '@synaprune/axes';
import { decodeModel, encodeModel, tensorToFloat32 } from '@synaprune/onnx';
import { countParameters, cutModel, type Lengths } from './cut/cut-model.js';
import { followModel } from './follow/follow-model.js';
import type { FileTensor } from './follow/graph-value.js';
import type { ShrinkReport } from './report.js';

export interface ShrinkOnnxOptions {
  readonly keep: number;
  readonly multipleOf?: number;
  readonly across?: 'normalisation';
}

export function shrinkOnnx(
  bytes: Uint8Array,
  { keep, multipleOf = 1, across }: ShrinkOnnxOptions,
): { readonly model: Uint8Array; readonly report: ShrinkReport } {
  const message = decodeModel(bytes);
  const followed = followModel(message, {
    acrossNormalisation: across === 'normalisation',
    fixed: new Map(),
  });
  const found = chooseGroups(followed.axes, followed.tensors);
  const byName = new Map(followed.tensors.map((tensor) => [tensor.name, tensor as FileTensor]));
  const importance = found.groups.map((group) => importanceOf(group, byName));
  const kept = found.groups.map(({ channels }, i) =>
    mostImportant(importance[i]!, keptCount(channels, keep, multipleOf)),
  );
  keepOneEach(followed.axes, found, importance, kept);
  const cache = new Map<Axis, readonly number[] | undefined>();
  const keptOf = (given: Axis) => {
    const axis = followed.axes.resolve(given);
    if (!cache.has(axis)) cache.set(axis, keptAlong(found.channelsOf(axis), kept));
    return cache.get(axis);
  };
  const lengths: Lengths = {
    keptOf,
    lengthOf: (axis): Dim => keptOf(axis)?.length ?? axis.dim,
  };
  const before = countParameters(followed.tensors, ({ dim }) => dim);
  const adds = (lengthOf: (axis: Axis) => Dim) =>
    followed.products.reduce((sum, axes) => sum + axes.reduce((p, axis) => p * dimAt(lengthOf(axis)), 1), 0);
  const tensors = followed.tensors.flatMap((tensor) => {
    const axes = tensor.axes.flatMap((axis, at) => {
      const own = keptOf(axis);
      return own === undefined ? [] : [{ axis: at, kept: own }];
    });
    if (axes.length === 0) return [];
    const after = tensor.axes.map((axis) => lengths.lengthOf(axis) as number);
    return [{ name: tensor.name, place: tensor.place, shape: { before: tensor.shape, after }, axes }];
  });
  cutModel(followed, lengths);
  const graph = message.graph!;
  graph.valueInfo = [];
  const model = encodeModel(message);
  return {
    model,
    report: {
      parameters: { before, after: countParameters(followed.tensors, lengths.lengthOf) },
      multiplyAdds: { before: adds(({ dim }) => dim), after: adds(lengths.lengthOf) },
      bytes: { before: bytes.length, after: model.length },
      groups: found.groups.map(({ name, kind, channels, members }, i) => ({
        name,
        kind,
        channels,
        kept: [...kept[i]!.keys()].filter((channel) => kept[i]![channel] === 1),
        importance: Array.from(importance[i]!),
        members: members.map(({ tensor, axis, side }) => ({ tensor: tensor.name, axis, side })),
      })),
      held: found.held.map((held) => ({ ...held, members: [] })),
      tensors,
      notices: [],
    },
  };
}

function importanceOf(
  { members, channels }: ChannelGroup,
  tensors: ReadonlyMap<string, FileTensor>,
): Float64Array {
  const total = new Float64Array(channels);
  const makers = members.filter(({ side, tensor }) => side === 'makes' && tensor.axes.length > 1);
  for (const { tensor, axis, channels: own } of makers) {
    const { message, shape } = tensors.get(tensor.name)!;
    const sums = channelSums(sliceSums(tensorToFloat32(message), shape, axis, 'l2'), own, channels);
    for (let i = 0; i < channels; i += 1) total[i]! += sums[i]!;
  }
  return total.map(Math.sqrt);
}
