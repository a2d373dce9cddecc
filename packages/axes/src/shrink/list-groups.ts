import type { Analysis } from './analysis.js';
import { heldGroup, membersOf } from './make-report.js';
import type { GroupMember, HeldGroup } from './report.js';

/** A tensor of a group, with the channel of each of its indices. */
export interface ListedMember extends GroupMember {
  /** Of every index along the axis: the channel that it belongs to, or -1. */
  readonly channels: readonly number[];
}

/** Channels that can be removed, and all that goes with each. */
export interface ListedGroup {
  readonly name: string;
  readonly kind: 'channels' | 'units' | 'heads';
  readonly channels: number;
  readonly members: readonly ListedMember[];
}

/** What a model can lose, and what holds the rest. */
export interface ListedGroups {
  readonly groups: readonly ListedGroup[];
  readonly held: readonly HeldGroup[];
}

/** The groups of a model as plain data. */
export function listGroups({ channels }: Analysis): ListedGroups {
  return {
    groups: channels.groups.map((group) => ({
      name: group.name,
      kind: group.kind,
      channels: group.channels,
      members: membersOf(group).map((member, i) => ({
        ...member,
        channels: Array.from(group.members[i]!.channels),
      })),
    })),
    held: channels.held.map(heldGroup),
  };
}
