import { type CutGroup, type Item, type MaskedWeight, PruneError } from '@synaprune/core';
import type { PagedMask, WebgpuMask } from '../masks/mask-store.js';
import type { WebgpuWeight } from '../weights/weight.js';

/*
 * What the verbs are given, as the kernels see it. Arguments have been checked before; what is looked at here is what
 * the device alone knows: whether it had room for a mask, and whether its counters reach.
 */

/** An item as callers see it. */
export type WebgpuItem = Item<WebgpuWeight, WebgpuMask>;

/** An item as the kernels do. */
export type OwnItem = Item<WebgpuWeight, PagedMask>;

/** A weight in the list of a verb, with all that a kernel may want to know of it. */
export interface Entry {
  readonly item: OwnItem;
  /** Place in the verb's list. */
  readonly index: number;
  /** The cut of its group; nothing is dropped and no ties taken by 0 and 0. */
  readonly magnitude: number;
  readonly quota: number;
  /** The first entry of its group, whose first tile begins the count of ties. */
  readonly groupStart: number;
}

/** Counters on the device are of 32 bits. */
const MOST_ELEMENTS = 2 ** 32 - 1;

/** Items of one list, not to be dropped by any cut. */
export function entriesOf(items: readonly WebgpuItem[]): Entry[] {
  return requireCountable(
    items.map((item, index) => ({ item: ownItem(item), index, magnitude: 0, quota: 0, groupStart: 0 })),
  );
}

/** Items of which only weights and masks matter. */
export function entriesOfMasked(items: readonly MaskedWeight<WebgpuWeight, WebgpuMask>[]): Entry[] {
  return entriesOf(items.map(({ weight, mask }) => ({ weight, mask, score: { kind: 'magnitude' } })));
}

/** The items of all groups in order, each with its group's cut. */
export function entriesOfGroups(groups: readonly CutGroup<WebgpuWeight, WebgpuMask>[]): Entry[] {
  let groupStart = 0;
  return requireCountable(
    groups.flatMap(({ items, cut: { magnitude, ties } }) => {
      const first = groupStart;
      groupStart += items.length;
      return items.map((item, i) => ({
        item: ownItem(item),
        index: first + i,
        magnitude,
        quota: ties,
        groupStart: first,
      }));
    }),
  );
}

function requireCountable(entries: Entry[]): Entry[] {
  const elements = entries.reduce((sum, { item }) => sum + item.mask.elements, 0);
  if (elements <= MOST_ELEMENTS) return entries;
  throw new PruneError(
    'unsupported',
    `the WebGPU backend takes ${MOST_ELEMENTS} elements at a time, got ${elements}; prune in groups, with a pruner each`,
  );
}

/** The item with the backend's own mask. */
export function ownItem({ weight, mask, score }: WebgpuItem): OwnItem {
  return { weight, mask: ownMask(mask), score };
}

/** @throws PruneError when the device had no room for the mask */
export function ownMask(mask: WebgpuMask): PagedMask {
  const owned = mask as PagedMask;
  if (owned.page.failure !== undefined) throw owned.page.failure;
  return owned;
}
