import { PruneError } from '../../../checks/errors.js';
import { quote } from '../../../checks/legible.js';
import type { Item, Pooling, TensorBackend } from '../../../contract/backend.js';
import { LARGEST_MAGNITUDE } from '../../../contract/magnitude.js';
import { poolMagnitudes } from '../../../contract/pool-magnitudes.js';
import { settled } from '../blocks.js';
import type { LotCount, UnitHandle, UnitView } from '../pattern.js';
import { rankedMagnitude } from '../read-magnitudes.js';
import { type HostUnitMask, unitsOnHost } from '../units-on-host.js';
import type { Layout, Line } from './lay-out.js';
import { readLines, type Slices } from './read-lines.js';

/**
 * The channels of groups as units on the host: there are few of them, and a channel's score is made of slices of
 * several weights.
 *
 * @param guards whether every line keeps a channel: the one that ranks highest
 */
export async function openGroups<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  layout: Layout,
  items: readonly Item<Weight, Mask>[],
  { pooling, guards }: { readonly pooling: Pooling; readonly guards: boolean },
): Promise<UnitView<Mask>> {
  const opened = await readLines(backend, layout, items, pooling);
  try {
    const kept = keptChannels(layout, opened.slices);
    const magnitudes = layout.groups.map((_, group) =>
      scoresOf(layout, group, opened.slices, (list) =>
        rankedMagnitude(poolMagnitudes(list, pooling), backend.manifest),
      ),
    );
    const needed = guards ? guardLines(layout, kept, magnitudes) : undefined;
    return {
      backend: unitsOnHost() as TensorBackend<UnitHandle, UnitHandle>,
      items: kept.map((mask, group) => ({
        weight: { magnitudes: magnitudes[group]! },
        mask,
        score: { kind: 'magnitude' },
      })),
      ...(needed === undefined ? {} : { needed }),
      isLive: false,
      settle: (units) =>
        settled(backend, items, async (fresh) => {
          const flags = layout.lines.map((line) => flagsOf(line, units as readonly HostUnitMask[]));
          await opened.spread(flags, fresh);
          await requireKept(backend, layout, flags, fresh);
        }),
      close: opened.close,
    };
  } catch (error) {
    opened.close();
    throw error;
  }
}

/** Which channels of each group the masks keep. */
export async function countGroups<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  layout: Layout,
  items: readonly Item<Weight, Mask>[],
): Promise<LotCount[]> {
  const opened = await readLines(backend, layout, items, undefined);
  const kept = keptChannels(layout, opened.slices);
  opened.close();
  return layout.groups.map(({ name, channels }, group) => ({
    name,
    channels,
    kept: [...kept[group]!.keys()].filter((channel) => kept[group]![channel] === 1),
  }));
}

/** A channel is kept where any of its slices is. */
export function keptChannels(
  { groups, lines }: Layout,
  slices: readonly Pick<Slices, 'kept'>[],
): HostUnitMask[] {
  const kept = groups.map(({ channels }) => new Uint8Array(channels));
  for (const [i, line] of lines.entries()) {
    for (const [index, group] of line.groups.entries()) {
      if (group >= 0 && slices[i]!.kept[index] === 1) kept[group]![line.channels[index]!] = 1;
    }
  }
  return kept;
}

/** Of every index along a line: 1 where its channel is kept, and where it is of none. */
export function flagsOf({ groups, channels }: Line, kept: readonly HostUnitMask[]): Uint8Array {
  return Uint8Array.from(groups, (group, index) => (group < 0 ? 1 : kept[group]![channels[index]!]!));
}

/** A channel's score: what the scores of its slices make, pooled as their elements were. */
function scoresOf(
  { groups, lines }: Layout,
  group: number,
  slices: readonly Slices[],
  pool: (magnitudes: readonly number[]) => number,
): Int32Array {
  const { channels, ranks } = groups[group]!;
  const scores: number[][] = Array.from({ length: channels }, () => []);
  for (const number of ranks) {
    const line = lines[number]!;
    for (const [index, own] of line.groups.entries()) {
      if (own === group) scores[line.channels[index]!]!.push(slices[number]!.magnitudes![index]!);
    }
  }
  return Int32Array.from(scores, pool);
}

/**
 * Puts above all others what every line needs: the highest of its kept channels, where no index is of none. A part of a
 * group may be all that a weight reads.
 *
 * @returns how many channels of each group are so needed
 */
function guardLines(
  { lines, groups }: Layout,
  kept: readonly HostUnitMask[],
  magnitudes: readonly Int32Array[],
): number[] {
  const guarded = groups.map(() => new Set<number>());
  for (const line of lines) {
    let best: { readonly group: number; readonly channel: number; readonly magnitude: number } | undefined;
    for (const [index, group] of line.groups.entries()) {
      if (group < 0) {
        best = undefined;
        break;
      }
      const channel = line.channels[index]!;
      if (kept[group]![channel] === 0) continue;
      const magnitude = magnitudes[group]![channel]!;
      const isLast =
        best === undefined ||
        magnitude > best.magnitude ||
        (magnitude === best.magnitude &&
          (group > best.group || (group === best.group && channel > best.channel)));
      if (isLast) best = { group, channel, magnitude };
    }
    if (best !== undefined) guarded[best.group]!.add(best.channel);
  }
  for (const [group, channels] of guarded.entries()) {
    for (const channel of channels) magnitudes[group]![channel] = LARGEST_MAGNITUDE;
  }
  return guarded.map(({ size }) => size);
}

/** @throws PruneError `contract-violation` where masks keep another number of elements than they were told to */
async function requireKept<Weight, Mask>(
  backend: TensorBackend<Weight, Mask>,
  { weights, lines }: Layout,
  flags: readonly Uint8Array[],
  fresh: readonly Mask[],
): Promise<void> {
  const counts = await backend.countKept(fresh);
  for (const [i, { name, shape }] of weights.entries()) {
    const edges = [...shape];
    for (const [number, line] of lines.entries()) {
      if (line.weight === i) edges[line.axis] = flags[number]!.reduce((sum, flag) => sum + flag, 0);
    }
    const needed = edges.reduce((product, edge) => product * edge, 1);
    if (counts[i] === needed) continue;
    throw new PruneError(
      'contract-violation',
      `asked backend ${backend.manifest.name} to spread masks of channels that keep ${needed} elements of ` +
        `${quote(name)}, and ${counts[i]} are kept`,
    );
  }
}
