import { describe, quote } from '../../../checks/legible.js';
import { requireChoice, requireOptions, requireThat, requireWhole } from '../../../checks/require.js';

/** One tensor of a {@link ChannelGroup}, along one of its axes. */
export interface ChannelMember {
  /** The name of a weight. */
  readonly tensor: string;
  /** From 0. */
  readonly axis: number;
  /**
   * What the tensor does to the channels: it makes them (a kernel along its filters), reads them (the next kernel along
   * its inputs), or only goes along (biases, scales).
   */
  readonly side: 'makes' | 'reads' | 'along';
  /** Of every index of the axis: the channel in the group, from 0, or −1 where it is of none. */
  readonly channels: readonly number[];
}

/**
 * Channels that stand side by side, each with all that goes with it: dropped as one, a channel leaves nothing behind, so
 * that it can be cut out of the model afterwards. Graphs give them: `channelGroups` of `@synaprune/onnx-shrink`.
 */
export interface ChannelGroup {
  readonly name: string;
  readonly kind?: 'channels' | 'units' | 'heads';
  /** How many there are. */
  readonly channels: number;
  readonly members: readonly ChannelMember[];
}

const GROUP = ['name', 'kind', 'channels', 'members'];
const MEMBER = ['tensor', 'axis', 'side', 'channels'];
const SIDES = ['makes', 'reads', 'along'] as const;
const KINDS = ['channels', 'units', 'heads'] as const;

/**
 * Copies of groups that came from anywhere.
 *
 * @throws TypeError | RangeError for whatever is unknown or wrong in them, or contradicts itself
 */
export function checkGroups(groups: unknown): readonly ChannelGroup[] {
  requireFilled('pattern.groups', groups, 'a list of at least one group');
  const names = new Set<string>();
  const places = new Map<string, string>();
  return Array.from(groups, (group, i): ChannelGroup => {
    const field = `pattern.groups[${i}]`;
    requireOptions('createPruner', field, group, GROUP);
    const { name, kind, channels, members } = group;
    requireText(`${field}.name`, name);
    if (names.has(name)) throw new RangeError(`two groups of the pattern are named ${quote(name)}`);
    names.add(name);
    if (kind !== undefined) requireChoice('createPruner', `${field}.kind`, kind, KINDS);
    requireWhole('createPruner', `${field}.channels`, channels, 1);
    requireFilled(`${field}.members`, members, 'a list');
    const checked = Array.from(members, (member, j) =>
      checkMember(`${field}.members[${j}]`, member, channels),
    );
    requireApart(name, checked, places);
    requireWholeGroup(name, channels, checked);
    return { name, ...(kind === undefined ? {} : { kind }), channels, members: checked };
  });
}

function requireFilled(field: string, list: unknown, needed: string): asserts list is readonly unknown[] {
  requireThat('createPruner', field, list, needed, Array.isArray(list) && list.length > 0);
}

function checkMember(field: string, member: unknown, count: number): ChannelMember {
  requireOptions('createPruner', field, member, MEMBER);
  const { tensor, axis, side, channels } = member;
  requireText(`${field}.tensor`, tensor);
  requireWhole('createPruner', `${field}.axis`, axis);
  requireChoice('createPruner', `${field}.side`, side, SIDES);
  const needed = 'a list of the channel of every index';
  requireThat('createPruner', `${field}.channels`, channels, needed, Array.isArray(channels));
  for (const [index, channel] of (channels as readonly unknown[]).entries()) {
    if (Number.isInteger(channel) && (channel as number) >= -1 && (channel as number) < count) continue;
    throw new RangeError(
      `createPruner needs ${field}.channels[${index}] to be a channel of ${count}, or −1, got ${describe(channel)}`,
    );
  }
  return { tensor, axis, side, channels: [...channels] };
}

/** @throws RangeError where an index of an axis is of two channels */
function requireApart(group: string, members: readonly ChannelMember[], places: Map<string, string>): void {
  for (const { tensor, axis, channels } of members) {
    for (const [index, channel] of channels.entries()) {
      if (channel < 0) continue;
      const place = JSON.stringify([tensor, axis, index]);
      const other = places.get(place);
      if (other !== undefined) {
        throw new RangeError(
          `index ${index} along axis ${axis} of ${quote(tensor)} is of the group ${quote(group)} and of ${quote(other)}`,
        );
      }
      places.set(place, group);
    }
  }
}

/** @throws RangeError where no tensor has a channel */
function requireWholeGroup(name: string, count: number, members: readonly ChannelMember[]): void {
  const there = new Set(members.flatMap(({ channels }) => channels));
  for (let channel = 0; channel < count; channel += 1) {
    if (there.has(channel)) continue;
    throw new RangeError(
      `the group ${quote(name)} has ${count} channels, and no tensor of it has channel ${channel}`,
    );
  }
}

function requireText(field: string, value: unknown): asserts value is string {
  requireThat('createPruner', field, value, 'a name', typeof value === 'string' && value !== '');
}
