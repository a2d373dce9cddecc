import { decodeModel, embedExternalData } from '@synaprune/onnx';
import { analyse } from './analysis/analyse.js';
import { type ChannelOptions, requireChannelOptions } from './options.js';
import { heldGroup, membersOf } from './report/make-report.js';
import type { GroupMember, HeldGroup } from './report/report.js';

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

/**
 * The channels of a model that {@link shrinkOnnx} could remove, by groups that stand side by side, and those that have to
 * stay, with what holds them. The bytes are not changed.
 *
 * @throws TypeError | RangeError when an argument is wrong, or an option unknown
 * @throws PruneError `bad-model`; `external-data` when weights lie in files that were not given
 *
 * @example
 * ```ts
 * import { buildModel } from '@synaprune/onnx/graph';
 * import { channelGroups } from '@synaprune/onnx-shrink';
 *
 * const model = buildModel({
 *   inputs: { x: ['batch', 8] },
 *   tensors: {
 *     first: { shape: [8, 16], data: new Float32Array(128).fill(0.5) },
 *     second: { shape: [16, 4], data: new Float32Array(64).fill(0.5) },
 *   },
 *   nodes: [
 *     ['MatMul', ['x', 'first'], ['h']],
 *     ['MatMul', ['h', 'second'], ['y']],
 *   ],
 *   outputs: ['y'],
 * });
 * const { groups, held } = channelGroups(model);
 * console.log(groups.map(({ members }) => members.map(({ tensor, side }) => `${tensor} ${side}`))); // [ [ 'first makes', 'second reads' ] ]
 * console.log(held.map(({ name, heldBy }) => `${name}: ${heldBy}`)); // [ 'second[1]: the output "y", axis 1: it is given out' ]
 * ```
 */
export function channelGroups(bytes: Uint8Array, options: ChannelOptions = {}): ListedGroups {
  requireChannelOptions('channelGroups', options);
  const { across, externalData } = options;
  const whole = externalData === undefined ? bytes : embedExternalData(bytes, externalData);
  const { channels } = analyse(decodeModel(whole), {
    acrossNormalisation: across === 'normalisation',
    fixed: new Map(),
  });
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
