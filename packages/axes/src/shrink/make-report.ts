import type { Notice } from '@synaprune/core';
import type { Axis } from '../axes/axis.js';
import type { Dim } from '../axes/dim.js';
import type { ChannelGroup, HeldChannels } from '../plan/groups.js';
import { type Analysis, lengthsOf, sizeOf } from './analysis.js';
import type { ShrinkOptions, ShrinkTarget } from './options.js';
import type { CutPlan } from './plan-cut.js';
import type { GroupMember, HeldGroup, ShrinkReport, ShrunkTensor } from './report.js';

/** What a cut does to a model; to be asked before the file is cut. */
export function makeReport(
  analysis: Analysis,
  { kept, importance }: CutPlan,
  {
    dimensions,
    target,
    sizeBytes,
  }: Pick<ShrinkOptions, 'dimensions' | 'target'> & { readonly sizeBytes: number },
): ShrinkReport {
  const { channels } = analysis;
  const lengths = lengthsOf(analysis, kept);
  const before = sizeOf(analysis, ({ dim }: Axis): Dim => dim, dimensions);
  const after = sizeOf(analysis, lengths.lengthOf, dimensions);
  const sizes = {
    parameters: { before: before.parameters, after: after.parameters },
    multiplyAdds: { before: before.multiplyAdds, after: after.multiplyAdds },
    bytes: { before: sizeBytes, after: sizeBytes },
  };
  const stays = kept.every((own) => own.every((flag) => flag === 1));
  return {
    ...sizes,
    groups: channels.groups.map((group, i) => ({
      name: group.name,
      kind: group.kind,
      channels: group.channels,
      kept: Array.from(kept[i]!.keys()).filter((channel) => kept[i]![channel] === 1),
      importance: Array.from(importance[i]!),
      members: membersOf(group),
    })),
    held: channels.held.map(heldGroup),
    tensors: analysis.tensors.flatMap(({ name, ownName = name, place, shape, axes }): ShrunkTensor[] => {
      const cut = axes.flatMap((axis, at) => {
        const own = lengths.keptOf(axis);
        return own === undefined ? [] : [{ axis: at, kept: own }];
      });
      if (cut.length === 0) return [];
      const smaller = axes.map((axis) => lengths.lengthOf(axis) as number);
      return [{ name: ownName, place, shape: { before: shape, after: smaller }, axes: cut }];
    }),
    notices: [
      ...noticesOf(analysis),
      ...(stays && target !== undefined && channels.groups.length > 0 ? [metAlready(target, sizes)] : []),
    ],
  };
}

export function membersOf({ members }: ChannelGroup): GroupMember[] {
  return members.map(({ tensor, axis, side }) => ({ tensor: tensor.name, axis, side }));
}

export function heldGroup({ name, channels, heldBy }: HeldChannels): HeldGroup {
  return { name, channels, heldBy };
}

/** Nothing that could be removed is worth a word. */
function noticesOf({ channels }: Analysis): Notice[] {
  if (channels.groups.length > 0) return [];
  const [first] = channels.held;
  const why =
    first === undefined
      ? 'no tensor of it makes channels that others read'
      : `${first.name}: ${first.heldBy}`;
  return [{ code: 'nothing-to-remove', message: `the model has no channels that can be removed; ${why}` }];
}

type Measure = 'parameters' | 'multiplyAdds' | 'bytes';

/** A target that the model as it is keeps. */
function metAlready(target: ShrinkTarget, sizes: Pick<ShrinkReport, Measure>): Notice {
  const [what, most] = Object.entries(target)[0] as [Measure, number];
  return {
    code: 'target-met',
    message: `target.${what} is ${most}, and the model has ${sizes[what].before}: nothing was removed`,
  };
}
