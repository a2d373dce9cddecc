import { elementBudget } from '@synaprune/core';
import type { Axes } from '../axes/axes-api.js';
import type { ChannelGroups } from './groups.js';

/** Of every group, which of its channels stay: 1, or 0. */
export type Kept = readonly Uint8Array[];

/** How many of `channels` stay when the fraction `keep` does: at least one, in whole multiples where there are as many. */
export function keptCount(channels: number, keep: number, multipleOf = 1): number {
  const count = Math.max(1, channels - elementBudget(1 - keep, channels));
  return Math.min(channels, Math.ceil(count / multipleOf) * multipleOf);
}

/** The `count` most important channels; of equally important ones the first. NaN ranks above all. */
export function mostImportant(importance: ArrayLike<number>, count: number): Uint8Array {
  const order = Array.from(importance, (_, channel) => channel);
  const rank = (channel: number) => (Number.isNaN(importance[channel]) ? Infinity : importance[channel]!);
  order.sort((a, b) => (rank(a) === rank(b) ? a - b : rank(a) > rank(b) ? -1 : 1));
  const kept = new Uint8Array(order.length);
  for (const channel of order.slice(0, count)) kept[channel] = 1;
  return kept;
}

/**
 * Lets no axis become empty: one all of whose channels would go, such as a half of a group that was split, keeps its
 * most important.
 */
export function keepOneEach(
  axes: Axes,
  { groups, channelsOf }: ChannelGroups,
  importance: readonly ArrayLike<number>[],
  kept: Kept,
): void {
  for (const axis of axes.all) {
    const found = channelsOf(axis);
    if (found === undefined) continue;
    let best = -1;
    let stays = false;
    for (let i = 0; i < found.groups.length && !stays; i += 1) {
      const [group, channel] = [found.groups[i]!, found.channels[i]!];
      stays = group < 0 || kept[group]![channel] === 1;
      const before = best < 0 ? undefined : importance[found.groups[best]!]![found.channels[best]!]!;
      if (!stays && (before === undefined || importance[group]![channel]! > before)) best = i;
    }
    if (!stays && best >= 0 && groups.length > 0) kept[found.groups[best]!]![found.channels[best]!] = 1;
  }
}

/** The indices of an axis that stay, ascending, or undefined where all do. */
export function keptAlong(
  found: ReturnType<ChannelGroups['channelsOf']>,
  kept: Kept,
): readonly number[] | undefined {
  if (found === undefined) return undefined;
  const stays: number[] = [];
  for (let i = 0; i < found.groups.length; i += 1) {
    if (found.groups[i]! < 0 || kept[found.groups[i]!]![found.channels[i]!] === 1) stays.push(i);
  }
  return stays.length === found.groups.length ? undefined : stays;
}
