import {
  type ChannelGroup,
  type GroupPattern,
  type Notice,
  type PatternOption,
  PruneError,
} from '@synaprune/core';
import { isRecord, listNames, quote } from '@synaprune/core/checks';
import { channelGroups } from '@synaprune/onnx-shrink';

/** Channels of the model's own graph are dropped: `channelGroups(model).groups`, those that can be masked. */
export interface GraphPattern extends Omit<GroupPattern, 'groups'> {
  readonly groups: 'graph';
}

/** What `trainer.prune` takes as a pattern. */
export type TrainerPattern = PatternOption | GraphPattern;

/** What is needed of a trainer to mask groups of channels. */
export interface MaskableTensors {
  /** Names of what is trained, which is what masks can hold at zero. */
  readonly trained: ReadonlySet<string>;
  /** Names of running statistics: of a channel that is zero they do not matter. */
  readonly statistics: ReadonlySet<string>;
  /** The model, as it came. */
  readonly model: Uint8Array;
}

/** A pattern as core takes it. */
export interface MaskablePattern {
  readonly pattern: PatternOption;
  /** Whether it is of groups, so that biases and scales have masks too. */
  readonly isGrouped: boolean;
  readonly notices: readonly Notice[];
}

/**
 * @throws PruneError `no-weights` where no group of the graph can be masked; `bad-model` as `channelGroups`
 */
export function maskablePattern(given: TrainerPattern, tensors: MaskableTensors): MaskablePattern {
  // What is no pattern at all is core's to refuse.
  if (!isRecord(given) || given.kind !== 'channel' || !('groups' in given) || given.groups === undefined) {
    return { pattern: given as PatternOption, isGrouped: false, notices: [] };
  }
  if (given.groups !== 'graph') {
    const groups: unknown = given.groups;
    if (!Array.isArray(groups)) return { pattern: given as GroupPattern, isGrouped: true, notices: [] };
    const own = (groups as ChannelGroup[]).map((group) => withoutStatistics(group, tensors));
    return { pattern: { ...given, groups: own } as GroupPattern, isGrouped: true, notices: [] };
  }
  const { groups, held } = channelGroups(tensors.model);
  const own = groups.map((group) => withoutStatistics(group, tensors));
  const untrained = (group: ChannelGroup): string[] => [
    ...new Set(group.members.map(({ tensor }) => tensor).filter((name) => !tensors.trained.has(name))),
  ];
  const kept = own.filter((group) => untrained(group).length === 0);
  const left = own.filter((group) => untrained(group).length > 0);
  if (kept.length === 0) {
    const reasons = [
      ...left.map((group) => `${group.name} (not trained: ${listNames(untrained(group))})`),
      ...held.slice(0, 5).map(({ name, heldBy }) => `${name} (${heldBy})`),
    ];
    throw new PruneError(
      'no-weights',
      `prune finds no group of channels in the graph that it can mask${reasons.length === 0 ? '' : `; there are ${reasons.join(', ')}`}`,
    );
  }
  return { pattern: { ...given, groups: kept }, isGrouped: true, notices: leftNotices(left, untrained) };
}

function withoutStatistics(group: ChannelGroup, { statistics }: MaskableTensors): ChannelGroup {
  // What is no group is core's to refuse.
  if (!isRecord(group) || !Array.isArray(group.members)) return group;
  return { ...group, members: group.members.filter((member) => !statistics.has(member?.tensor)) };
}

/** `groups-left`: groups of the graph that were not pruned. */
function leftNotices(
  left: readonly ChannelGroup[],
  untrained: (group: ChannelGroup) => readonly string[],
): Notice[] {
  if (left.length === 0) return [];
  const names = left.map((group) => `${quote(group.name)} (${listNames(untrained(group))})`);
  return [
    {
      code: 'groups-left',
      message:
        `groups of channels stay whole because a tensor of theirs is not trained, so that nothing holds it at zero: ` +
        `${names.join(', ')}. trainable names what is to be trained`,
      weights: [...new Set(left.flatMap((group) => untrained(group)))],
    },
  ];
}
