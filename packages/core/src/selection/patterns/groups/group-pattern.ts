import { PruneError } from '../../../checks/errors.js';
import { quote } from '../../../checks/legible.js';
import type { Pooling } from '../../../contract/backend.js';
import { walkBlocks } from '../../../contract/walks.js';
import type { AskedPattern, Lot, Pattern, PatternedWeight } from '../pattern.js';
import { packFlags, unpackFlags } from '../units-on-host.js';
import { type ChannelGroup, checkGroups } from './channel-groups.js';
import { countGroups, flagsOf, keptChannels, openGroups } from './group-view.js';
import { digestOf, type Layout, type Line, layOut, rankingMembers } from './lay-out.js';
import { edgesOf, elementsKept } from './read-lines.js';

/** Channels of groups: the lots are the groups, and a unit is a channel with all that goes with it. */
export function groupPattern(given: readonly ChannelGroup[], pooling: Pooling): AskedPattern {
  const groups = checkGroups(given);
  return {
    kind: 'channel',
    over(all, selected) {
      const chosen = selectGroups(groups, all, selected);
      const named = new Set(chosen.flatMap(({ members }) => members.map(({ tensor }) => tensor)));
      const weights = all.filter(({ name }) => named.has(name));
      const layout = layOut(
        chosen,
        weights,
        all.map(({ name }) => name),
      );
      return { weights, pattern: patternOf(layout, pooling) };
    },
  };
}

/** Groups all of whose ranking weights are selected; the others stay as they are. */
function selectGroups(
  groups: readonly ChannelGroup[],
  all: readonly PatternedWeight[],
  selected: readonly PatternedWeight[],
): readonly ChannelGroup[] {
  if (selected.length === all.length) return groups;
  const axes = new Map(all.map(({ name, shape }) => [name, shape.length]));
  const names = new Set(selected.map(({ name }) => name));
  const chosen = groups.filter((group) =>
    rankingMembers(group, (tensor) => axes.get(tensor) ?? 0).every(({ tensor }) => names.has(tensor)),
  );
  if (chosen.length > 0) return chosen;
  throw new PruneError(
    'no-weights',
    `select leaves no group of channels: each is ranked by a weight that it does not pick, as ${quote(groups[0]!.name)} is`,
  );
}

function patternOf(layout: Layout, pooling: Pooling): Pattern {
  const { groups, lines } = layout;
  return {
    kind: 'channel',
    saved: { kind: 'channel', groups: groups.length, digest: digestOf(layout), pool: pooling },
    lots: groups.map(
      ({ name, channels, lines: own, ranks }): Lot => ({
        name,
        shape: [channels],
        elements: channels,
        units: channels,
        least: 1,
        weights: weightsOf(own, lines),
        rankedBy: weightsOf(ranks, lines),
      }),
    ),
    keepsSome: true,
    largestUnit: undefined,
    share: (sparsity) => sparsity,
    requireMasks: (masks) => requireGroups(layout, masks),
    open: (backend, items, purpose) =>
      openGroups(backend, layout, items, { pooling, guards: purpose === 'drop' }),
    count: (backend, items) => countGroups(backend, layout, items),
  };
}

function weightsOf(numbers: readonly number[], lines: readonly Line[]): number[] {
  return [...new Set(numbers.map((number) => lines[number]!.weight))].sort((a, b) => a - b);
}

/** @throws PruneError `mask-mismatch` where a channel is dropped in one weight and not in another, or in part */
function requireGroups(layout: Layout, masks: readonly (Uint8Array | undefined)[]): void {
  if (masks.every((bits) => bits === undefined)) return;
  const { weights, lines } = layout;
  const given = weights.map(({ elements }, i) =>
    masks[i] === undefined ? new Uint8Array(elements).fill(1) : unpackFlags(masks[i]!, elements),
  );
  const slices = lines.map((line) => {
    const kept = new Uint8Array(line.groups.length);
    walkBlocks(weights[line.weight]!.shape, edgesOf(line, weights), (slice, indices, count) => {
      for (let j = 0; j < count && kept[slice] === 0; j += 1) kept[slice] = given[line.weight]![indices[j]!]!;
    });
    return { kept };
  });
  const kept = keptChannels(layout, slices);
  const flags = lines.map((line) => flagsOf(line, kept));
  for (const [i, { name }] of weights.entries()) {
    const needed = packFlags(elementsKept(i, weights, lines, flags));
    const own = packFlags(given[i]!);
    if (needed.every((byte, at) => byte === own[at])) continue;
    throw new PruneError(
      'mask-mismatch',
      `masks of groups of channels drop a channel as a whole, and in all weights of its group; that of ${quote(name)} ` +
        'drops a part of one, or what another weight keeps',
    );
  }
}
