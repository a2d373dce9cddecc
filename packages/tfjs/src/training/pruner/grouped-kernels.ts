import type { ChannelGroup, PatternOption, Select } from '@synaprune/core';
import { isRecord } from '@synaprune/core/checks';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { defaultChoices } from '../../model/weight-choices.js';

/** Running statistics: of a channel that is zero they do not matter, and no step moves them. */
const STATISTIC = /(^|\/)moving_(mean|variance)$/;

/** What is pruned, as core and the choice of kernels take it. */
export interface Grouped {
  readonly pattern?: PatternOption;
  readonly select?: Select;
}

/**
 * With a pattern of groups, the weights are those that the groups name: kernels, and the biases and scales that go along,
 * without running statistics. Any other pattern is given back as it is, and `select` with it.
 *
 * @throws TypeError when `select` is given beside groups
 */
export function groupedKernels(
  model: LayersModel,
  pattern: PatternOption | undefined,
  select: Select | undefined,
): Grouped {
  const unchanged = {
    ...(pattern === undefined ? {} : { pattern }),
    ...(select === undefined ? {} : { select }),
  };
  // What is no pattern, and what is no group, is core's to refuse.
  if (!isRecord(pattern) || pattern.kind !== 'channel' || !('groups' in pattern)) return unchanged;
  const { groups } = pattern as { readonly groups: unknown };
  if (!Array.isArray(groups)) return unchanged;
  if (select !== undefined) {
    throw new TypeError(
      'pruneModel takes no select beside pattern.groups: the groups name their weights. Leave groups out of the list instead',
    );
  }
  const own = (groups as readonly ChannelGroup[]).map((group) =>
    isRecord(group) && Array.isArray(group.members)
      ? { ...group, members: group.members.filter((member) => !STATISTIC.test(String(member?.tensor))) }
      : group,
  );
  const named = new Set(own.flatMap((group) => group?.members ?? []).map((member) => member?.tensor));
  // Names that the model does not have are core's to tell, with the group.
  const known = defaultChoices(model).flatMap(({ name }) => (named.has(name) ? [name] : []));
  return {
    pattern: { ...pattern, groups: own } as PatternOption,
    ...(known.length === 0 ? {} : { select: known }),
  };
}
