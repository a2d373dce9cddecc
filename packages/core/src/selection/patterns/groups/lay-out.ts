import { hashDigits, hashText } from '../../../checks/checksum.js';
import { PruneError } from '../../../checks/errors.js';
import { listNames, quote } from '../../../checks/legible.js';
import { didYouMean } from '../../../checks/require.js';
import type { PatternedWeight } from '../pattern.js';
import type { ChannelGroup, ChannelMember } from './channel-groups.js';

/** A weight along one of its axes: of which channel every index is. */
export interface Line {
  /** Index of the weight. */
  readonly weight: number;
  readonly axis: number;
  /** Of every index: the number of the group, or −1 where it is of none and stays. */
  readonly groups: Int32Array;
  /** Of every index: the channel in the group. */
  readonly channels: Int32Array;
}

/** A group as the lines have it. */
export interface LaidGroup {
  readonly name: string;
  readonly channels: number;
  /** Lines that have channels of it, by number. */
  readonly lines: readonly number[];
  /** Those of them whose slices rank its channels. */
  readonly ranks: readonly number[];
}

/** Groups over a list of weights. */
export interface Layout {
  readonly weights: readonly PatternedWeight[];
  readonly lines: readonly Line[];
  readonly groups: readonly LaidGroup[];
}

/** The tensors that rank the channels of a group: kernels that make them, else those that read them; else all. */
export function rankingMembers(
  { channels: count, members }: ChannelGroup,
  axesOf: (tensor: string) => number,
): readonly ChannelMember[] {
  const kernels = members.filter(({ tensor }) => axesOf(tensor) > 1);
  for (const side of ['makes', 'reads', 'along'] as const) {
    const found = kernels.filter((member) => member.side === side);
    // A channel that none of them has would rank lowest for nothing.
    const there = new Set(found.flatMap(({ channels }) => channels.filter((channel) => channel >= 0)));
    if (there.size === count) return found;
  }
  return members;
}

/**
 * @param known names of all weights that there are
 * @throws PruneError `group-mismatch` where a tensor is none of the weights, lacks the axis or has another length
 */
export function layOut(
  groups: readonly ChannelGroup[],
  weights: readonly PatternedWeight[],
  known: readonly string[],
): Layout {
  const indexes = new Map(weights.map(({ name }, index) => [name, index]));
  const lines = new Map<string, Line>();
  const numbers = new Map<string, number>();
  const lineOf = (member: ChannelMember): number => numbers.get(`${member.axis} ${member.tensor}`)!;
  for (const [number, { name, members }] of groups.entries()) {
    for (const member of members) {
      const { tensor, axis, channels } = member;
      const weight = requireMember(name, member, indexes, { weights, known });
      const key = `${axis} ${tensor}`;
      let line = lines.get(key);
      if (line === undefined) {
        const none = () => new Int32Array(channels.length).fill(-1);
        line = { weight, axis, groups: none(), channels: none() };
        numbers.set(key, lines.size);
        lines.set(key, line);
      }
      for (const [index, channel] of channels.entries()) {
        if (channel < 0) continue;
        line.groups[index] = number;
        line.channels[index] = channel;
      }
    }
  }
  const axesOf = (tensor: string): number => weights[indexes.get(tensor)!]!.shape.length;
  return {
    weights,
    lines: [...lines.values()],
    groups: groups.map((group) => ({
      name: group.name,
      channels: group.channels,
      lines: [...new Set(group.members.map(lineOf))],
      ranks: [...new Set(rankingMembers(group, axesOf).map(lineOf))],
    })),
  };
}

/**
 * What a state has to have been saved with, as eight hexadecimal digits: names may be others, as those of a model that
 * was exported again.
 */
export function digestOf({ groups, lines }: Layout): string {
  const content = [
    groups.map(({ channels, ranks }) => [channels, ranks]),
    lines.map((line) => [line.weight, line.axis, [...line.groups], [...line.channels]]),
  ];
  return hashDigits(hashText(JSON.stringify(content)));
}

function requireMember(
  group: string,
  { tensor, axis, channels }: ChannelMember,
  indexes: ReadonlyMap<string, number>,
  { weights, known }: { readonly weights: readonly PatternedWeight[]; readonly known: readonly string[] },
): number {
  const index = indexes.get(tensor);
  if (index === undefined) {
    throw mismatch(
      `${quote(tensor)} of the group ${quote(group)} is none of the weights${didYouMean(tensor, known)}; there ` +
        `are ${listNames(known)}. A channel goes as a whole: give all its weights, or leave the group out`,
    );
  }
  const { shape } = weights[index]!;
  if (shape[axis] === channels.length) return index;
  const has = axis < shape.length ? `${shape[axis]} indices there` : `${shape.length} axes`;
  throw mismatch(
    `the group ${quote(group)} says of which channel each of ${channels.length} indices along axis ${axis} of ` +
      `${quote(tensor)} is; the weight has the shape [${shape}], ${has}`,
  );
}

function mismatch(message: string): PruneError {
  return new PruneError('group-mismatch', message);
}
