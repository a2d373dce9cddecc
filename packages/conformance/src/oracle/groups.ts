import type { ChannelGroup } from '@synaprune/core';
import { asRanked, type DeviceRanking, type Model } from './model.js';
import { pooledMagnitude } from './pooled-magnitude.js';
import { blockMembers, channelEdges } from './units.js';

/** Which channels of each group are kept. */
export type KeptChannels = readonly (readonly boolean[])[];

/** A channel, and where it stands in the order in which channels go. */
interface Ranked {
  readonly group: number;
  readonly channel: number;
  readonly magnitude: number;
}

/**
 * The channels that are kept once so many of all are dropped: the lowest go, by magnitude, then group, then channel, but
 * for the last of each group, and for the last that any weight has along an axis where every index is of a channel.
 */
export function dropChannels(
  models: ReadonlyMap<string, Model>,
  groups: readonly ChannelGroup[],
  { kept, count }: { readonly kept: KeptChannels; readonly count: number },
  magnitudes: (model: Model) => Uint32Array,
  ranking: DeviceRanking,
): KeptChannels {
  const order = groups
    .flatMap(({ channels, members }, group) => {
      const scores = Array.from({ length: channels }, (): number[] => []);
      for (const { tensor, axis, side, channels: own } of members) {
        const model = models.get(tensor)!;
        if (side !== 'makes' || model.shape.length < 2) continue;
        const all = magnitudes(model);
        const slices = blockMembers(model.shape, channelEdges(model.shape, axis));
        for (const [index, channel] of own.entries()) {
          if (channel < 0) continue;
          const slice = slices[index]!.map((place) => all[place]!);
          scores[channel]!.push(asRanked(pooledMagnitude(slice, 'l2'), ranking));
        }
      }
      return scores.map(
        (list, channel): Ranked => ({
          group,
          channel,
          magnitude: asRanked(pooledMagnitude(list, 'l2'), ranking),
        }),
      );
    })
    .filter(({ group, channel }) => kept[group]![channel])
    .sort((a, b) => a.magnitude - b.magnitude || a.group - b.group || a.channel - b.channel);
  const needed = new Set<Ranked | undefined>(
    groups.map((_, group) => order.findLast((one) => one.group === group)),
  );
  for (const [tensor, { shape }] of models) {
    for (const axis of shape.keys()) {
      const own = order.filter(({ group, channel }) => isAlong(groups[group]!, channel, tensor, axis));
      const indices = groups
        .flatMap(({ members }) => members)
        .filter((member) => member.tensor === tensor && member.axis === axis)
        .flatMap(({ channels }) => channels.filter((channel) => channel >= 0));
      if (indices.length === shape[axis]) needed.add(own.at(-1));
    }
  }
  const before = kept.flat().filter((isKept) => !isKept).length;
  const gone = order.filter((one) => !needed.has(one)).slice(0, Math.max(0, count - before));
  return kept.map((flags, group) =>
    flags.map(
      (isKept, channel) => isKept && !gone.some((one) => one.group === group && one.channel === channel),
    ),
  );
}

/** Drops, in the flags of the models, every element that a dropped channel has. */
export function maskChannels(
  models: ReadonlyMap<string, Model>,
  groups: readonly ChannelGroup[],
  kept: KeptChannels,
): void {
  for (const [group, { members }] of groups.entries()) {
    for (const { tensor, axis, channels } of members) {
      const model = models.get(tensor)!;
      const slices = blockMembers(model.shape, channelEdges(model.shape, axis));
      for (const [index, channel] of channels.entries()) {
        if (channel < 0 || kept[group]![channel]) continue;
        for (const place of slices[index]!) model.kept[place] = 0;
      }
    }
  }
}

function isAlong({ members }: ChannelGroup, channel: number, tensor: string, axis: number): boolean {
  return members.some(
    (member) => member.tensor === tensor && member.axis === axis && member.channels.includes(channel),
  );
}
