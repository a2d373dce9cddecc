import { PruneError } from '@synaprune/core';
import { describe, listNames, quote } from '@synaprune/core/checks';
import type { ChannelGroup, Member } from '../plan/groups.js';
import { channelSums, sliceSums } from '../plan/importance.js';
import type { Analysis, ShrinkTensor } from './analysis.js';
import type { Importance, RankedGroup } from './options.js';

/** What ranks the channels of one group: one number each. */
type Ranking = (group: ChannelGroup, number: number) => Float64Array;

/** The importance of every channel of every group. @throws PruneError `score-mismatch` | `mask-mismatch` */
export function rankChannels(
  caller: string,
  { channels, byName }: Analysis,
  importance: Importance = 'l2',
): Float64Array[] {
  if (typeof importance === 'object' && 'masks' in importance)
    requireKnownMasks(caller, channels.groups, importance.masks);
  const ranking = rankingOf(caller, byName, importance);
  return channels.groups.map((group, number) => {
    const ranked = ranking(group, number);
    if (ranked.length !== group.channels) {
      throw new PruneError(
        'score-mismatch',
        `${caller} needs ${group.channels} numbers for the channels of ${quote(group.name)}, got ${ranked.length}`,
      );
    }
    return ranked;
  });
}

function rankingOf(
  caller: string,
  tensors: ReadonlyMap<string, ShrinkTensor>,
  importance: Importance,
): Ranking {
  const floats = (member: Member) => tensors.get(member.tensor.name)!.floats();
  const shapeOf = (member: Member) => tensors.get(member.tensor.name)!.shape;
  if (typeof importance === 'function') {
    return (group) => numbersOf(caller, group, importance(describeGroup(group, shapeOf, floats)));
  }
  if (typeof importance === 'string') {
    switch (importance) {
      case 'l1':
      case 'l2':
        return (group) => {
          const sums = sumOver(makersOf(group), group, (member) =>
            sliceSums(floats(member), shapeOf(member), member.axis, importance),
          );
          return importance === 'l2' ? sums.map(Math.sqrt) : sums;
        };
      case 'mean':
        return (group) => meanOverMembers(group, shapeOf, floats);
      case 'random':
        return randomRanking(0);
    }
  }
  if ('masks' in importance) return maskRanking(caller, importance.masks, shapeOf);
  switch (importance.kind) {
    case 'magnitude':
      return rankingOf(caller, tensors, 'l2');
    case 'random':
      return randomRanking(importance.seed);
    case 'tensor':
      return (group) =>
        sumOver(makersOf(group), group, (member) => {
          const weight = { name: member.tensor.name, shape: shapeOf(member) };
          const scores = importance.of({ name: weight.name, weight });
          requireScores(caller, weight, scores);
          return sliceTotals(scores, weight.shape, member.axis);
        });
  }
}

/** The tensors that make the channels; of what nothing makes, such as copies, those that read them. */
function makersOf({ members }: ChannelGroup): readonly Member[] {
  const kernels = members.filter(({ tensor }) => tensor.axes.length > 1);
  for (const side of ['makes', 'reads', 'along'] as const) {
    const found = kernels.filter((member) => member.side === side);
    if (found.length > 0) return found;
  }
  return members;
}

function sumOver(
  members: readonly Member[],
  { channels }: ChannelGroup,
  sums: (member: Member) => ArrayLike<number>,
): Float64Array {
  const total = new Float64Array(channels);
  for (const member of members) {
    const own = channelSums(sums(member), member.channels, channels);
    for (let i = 0; i < channels; i += 1) total[i]! += own[i]!;
  }
  return total;
}

function meanOverMembers(
  group: ChannelGroup,
  shapeOf: (member: Member) => readonly number[],
  floats: (member: Member) => Float32Array,
): Float64Array {
  const { channels, members } = group;
  const total = new Float64Array(channels);
  const kernels = members.filter(({ side, tensor }) => side !== 'along' && tensor.axes.length > 1);
  for (const member of kernels) {
    const sums = sliceSums(floats(member), shapeOf(member), member.axis, 'l2');
    const norms = channelSums(sums, member.channels, channels).map(Math.sqrt);
    const mean = norms.reduce((sum, norm) => sum + norm, 0) / channels;
    if (mean === 0) continue;
    for (let i = 0; i < channels; i += 1) total[i]! += norms[i]! / mean / kernels.length;
  }
  return total;
}

function randomRanking(seed: number): Ranking {
  return ({ channels }, number) =>
    Float64Array.from({ length: channels }, (_, channel) => {
      let x = (seed ^ Math.imul(number + 1, 0x9e3779b1) ^ Math.imul(channel + 1, 0x85ebca6b)) >>> 0;
      for (let round = 0; round < 2; round += 1) x = Math.imul(x ^ (x >>> 16), 0x45d9f3b) >>> 0;
      return ((x ^ (x >>> 16)) >>> 0) / 2 ** 32;
    });
}

/** Masks of another model would rank nothing, and nobody would hear of it. */
function requireKnownMasks(
  caller: string,
  groups: readonly ChannelGroup[],
  masks: readonly { readonly name: string }[],
): void {
  const makers = new Set(groups.flatMap((group) => makersOf(group).map(({ tensor }) => tensor.name)));
  if (makers.size === 0 || masks.some((mask) => makers.has(mask?.name))) return;
  const given =
    masks.length === 0 ? 'none' : `those of ${listNames(masks.map((mask) => String(mask?.name)))}`;
  throw new PruneError(
    'mask-mismatch',
    `${caller} needs a mask of one at least of the tensors that make channels, ${listNames([...makers])}; got ${given}`,
  );
}

function maskRanking(
  caller: string,
  masks: readonly { readonly name: string; readonly bits: Uint8Array }[],
  shapeOf: (member: Member) => readonly number[],
): Ranking {
  const byName = new Map(masks.map(({ name, bits }) => [name, bits]));
  return (group) => {
    const masked = makersOf(group).filter(({ tensor }) => byName.has(tensor.name));
    if (masked.length === 0) return new Float64Array(group.channels).fill(1);
    return sumOver(masked, group, (member) => {
      const shape = shapeOf(member);
      const elements = shape.reduce((product, edge) => product * edge, 1);
      const bits = byName.get(member.tensor.name)!;
      if (!(bits instanceof Uint8Array) || bits.length !== Math.ceil(elements / 8)) {
        throw new PruneError(
          'mask-mismatch',
          `${caller} needs ${Math.ceil(elements / 8)} bytes of bits in the mask of ${quote(member.tensor.name)} of shape ` +
            `[${shape}], got ${describe(bits)}`,
        );
      }
      const flags = Float32Array.from({ length: elements }, (_, i) => (bits[i >> 3]! >> (i & 7)) & 1);
      return sliceTotals(flags, shape, member.axis);
    });
  };
}

/** Of every index along an axis: the sum over the rest. */
function sliceTotals(values: ArrayLike<number>, shape: readonly number[], axis: number): Float64Array {
  const inner = shape.slice(axis + 1).reduce((product, edge) => product * edge, 1);
  const size = shape[axis]!;
  const totals = new Float64Array(size);
  for (let at = 0; at < values.length; at += 1) totals[Math.floor(at / inner) % size]! += values[at]!;
  return totals;
}

function requireScores(
  caller: string,
  { name, shape }: { readonly name: string; readonly shape: readonly number[] },
  scores: unknown,
): asserts scores is Float32Array {
  const elements = shape.reduce((product, edge) => product * edge, 1);
  if (scores instanceof Float32Array && scores.length === elements) return;
  throw new PruneError(
    'score-mismatch',
    `${caller} needs a Float32Array of ${elements} scores for ${quote(name)} of shape [${shape}], got ${describe(scores)}`,
  );
}

function numbersOf(caller: string, group: ChannelGroup, numbers: unknown): Float64Array {
  const list = numbers as ArrayLike<number> | undefined;
  if (typeof list?.length === 'number' && Array.from(list).every((each) => typeof each === 'number')) {
    const nan = Array.from(list).findIndex(Number.isNaN);
    if (nan < 0) return Float64Array.from(list);
    throw new PruneError(
      'score-mismatch',
      `${caller} needs numbers that rank the channels of ${quote(group.name)}, got NaN for channel ${nan}`,
    );
  }
  throw new PruneError(
    'score-mismatch',
    `${caller} needs a number for each of the ${group.channels} channels of ${quote(group.name)}, got ${describe(numbers)}`,
  );
}

function describeGroup(
  { name, kind, channels, members }: ChannelGroup,
  shapeOf: (member: Member) => readonly number[],
  floats: (member: Member) => Float32Array,
): RankedGroup {
  return {
    name,
    kind,
    channels,
    members: members.map((member) => ({
      name: member.tensor.name,
      shape: [...shapeOf(member)],
      axis: member.axis,
      side: member.side,
      channels: Array.from(member.channels),
      values: () => floats(member).slice(),
    })),
  };
}
