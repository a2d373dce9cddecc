import { PruneError } from '@synaprune/core';
import { type Kept, keepOneEach, keptCount, mostImportant } from '../plan/choose-kept.js';
import { type Analysis, lengthsOf, sizeOf } from './analysis.js';
import type { KeepByName, ShrinkOptions, ShrinkTarget } from './options.js';
import { rankChannels } from './rank-channels.js';
import { keepOf, selectGroups } from './select-groups.js';

/** Which channels stay, and what ranked them. */
export interface CutPlan {
  readonly kept: Kept;
  readonly importance: readonly Float64Array[];
}

/**
 * Chooses the channels that stay.
 *
 * @throws PruneError `held-channels`, `unmatched-selector`, `unreachable-target`, `score-mismatch`, `mask-mismatch`
 */
export function planCut(
  caller: string,
  analysis: Analysis,
  options: ShrinkOptions,
  sizeBytes: number,
): CutPlan {
  const importance = rankChannels(caller, analysis, options.importance);
  const selected = selectGroups(caller, analysis, options.select);
  const keptAt = (keep: number | KeepByName): Kept => {
    const stays = keepOf(caller, analysis, selected, keep);
    const kept = chooseKept(analysis, importance, stays, options);
    keepOneEach(analysis.axes, analysis.channels, importance, kept);
    return kept;
  };
  const { keep, target } = options;
  if (keep !== undefined) return { kept: keptAt(keep), importance };
  return { kept: reach(caller, analysis, { target: target!, sizeBytes, options, keptAt }), importance };
}

function chooseKept(
  { channels }: Analysis,
  importance: readonly Float64Array[],
  stays: readonly (number | readonly number[])[],
  { multipleOf = 1, distribution = 'uniform' }: ShrinkOptions,
): Kept {
  const { groups } = channels;
  const fractions = stays.map((own) => (typeof own === 'number' ? own : 1));
  const chosen = chooseByRank(groups, importance, fractions, { multipleOf, distribution });
  return chosen.map((kept, i) => {
    const own = stays[i]!;
    if (typeof own === 'number') return kept;
    const flags = new Uint8Array(kept.length);
    for (const channel of own) flags[channel] = 1;
    return flags;
  });
}

function chooseByRank(
  groups: readonly { readonly channels: number }[],
  importance: readonly Float64Array[],
  fractions: readonly number[],
  { multipleOf, distribution }: { readonly multipleOf: number; readonly distribution: 'uniform' | 'global' },
): Kept {
  if (distribution === 'uniform') {
    return groups.map((group, i) =>
      mostImportant(importance[i]!, keptCount(group.channels, fractions[i]!, multipleOf)),
    );
  }
  const counts = globalCounts(groups, importance, fractions);
  return groups.map((group, i) => {
    const count = Math.min(group.channels, Math.ceil(Math.max(counts[i]!, 1) / multipleOf) * multipleOf);
    return mostImportant(importance[i]!, count);
  });
}

/** How many channels of each group are among the most important of all, each over the mean of its group. */
function globalCounts(
  groups: readonly { readonly channels: number }[],
  importance: readonly Float64Array[],
  fractions: readonly number[],
): number[] {
  const ranked = groups.flatMap(({ channels }, group) => {
    if (fractions[group] === 1) return [];
    const own = importance[group]!;
    const mean = own.reduce((sum, each) => sum + each, 0) / channels || 1;
    return Array.from(own, (each) => ({ group, rank: Number.isNaN(each) ? Infinity : each / mean }));
  });
  const total = groups.reduce(
    (sum, { channels }, i) => (fractions[i] === 1 ? sum : sum + keptCount(channels, fractions[i]!)),
    0,
  );
  const counts = groups.map(({ channels }, i) => (fractions[i] === 1 ? channels : 0));
  // Sorting is stable: of equally important ones the first.
  ranked.sort((a, b) => (a.rank === b.rank ? 0 : b.rank > a.rank ? 1 : -1));
  for (const { group } of ranked.slice(0, total)) counts[group]! += 1;
  return counts;
}

interface Reaching {
  readonly target: ShrinkTarget;
  readonly sizeBytes: number;
  readonly options: ShrinkOptions;
  readonly keptAt: (keep: number) => Kept;
}

/** The largest common fraction at which the model is small enough. @throws PruneError `unreachable-target` */
function reach(caller: string, analysis: Analysis, { target, sizeBytes, options, keptAt }: Reaching): Kept {
  const whole = bytesOf(analysis, undefined);
  const measure = (kept: Kept): number => {
    const { lengthOf } = lengthsOf(analysis, kept);
    if ('bytes' in target) return sizeBytes - whole + bytesOf(analysis, kept);
    const { parameters, multiplyAdds } = sizeOf(analysis, lengthOf, options.dimensions);
    return 'parameters' in target ? parameters : multiplyAdds;
  };
  const [what, most] = Object.entries(target)[0]!;
  // Nothing changes between two counts of any group.
  const steps = Math.max(1, ...analysis.channels.groups.map(({ channels }) => channels)) ** 2;
  let [low, high] = [1, Math.min(steps, 2 ** 20)];
  const least = keptAt(low / high);
  if (measure(least) > most) {
    throw new PruneError(
      'unreachable-target',
      `${caller} needs target.${what} of at least ${measure(least)}, which one channel of each group leaves; got ${most}`,
    );
  }
  const all = high;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(keptAt(middle / all)) <= most) low = middle;
    else high = middle - 1;
  }
  return keptAt(low / all);
}

/** Bytes of the elements of all tensors. */
function bytesOf(analysis: Analysis, kept: Kept | undefined): number {
  const lengths = kept && lengthsOf(analysis, kept);
  return analysis.tensors.reduce((sum, tensor) => {
    const elements = tensor.axes.reduce(
      (product, axis) => product * Number(lengths?.lengthOf(axis) ?? axis.dim),
      1,
    );
    return sum + elements * tensor.elementBytes;
  }, 0);
}
