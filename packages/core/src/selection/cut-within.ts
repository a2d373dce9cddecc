import type { Cut, CutGroup, Item, TensorBackend } from '../contract/backend.js';

/** How many units a cut may take of a lot. */
export interface Bounds {
  /** Fewest. */
  readonly lower: number;
  /** Most. */
  readonly upper: number;
}

/** A lot to cut, with what it must give and can spare. */
export interface BoundedStock<Weight, Mask> extends Bounds {
  readonly item: Item<Weight, Mask>;
  readonly kept: number;
}

/**
 * What each lot can spare above its floor and, above its ceiling, has to give. Where that is all that is to go, or more,
 * nothing else goes.
 */
export function boundsOf(
  stock: readonly { readonly kept: number; readonly mustKeep: number; readonly mayKeep: number }[],
  count: number,
): Bounds[] {
  const bounds = stock.map(({ kept, mustKeep, mayKeep }) => {
    const upper = Math.max(0, kept - mustKeep);
    return { lower: Math.min(upper, Math.max(0, kept - mayKeep)), upper };
  });
  const due = bounds.reduce((sum, { lower }) => sum + lower, 0);
  return due < count ? bounds : bounds.map(({ lower }) => ({ lower: 0, upper: lower }));
}

/**
 * Cuts that take exactly `count` units, of every lot within its bounds. Lots of which the common cut would take too many
 * give all they can spare and leave the pool, those of which it would take too few give what they have to; of the two
 * kinds the one that is further off first, since the other may yet come right.
 */
export async function cutWithin<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'findCut' | 'countBelow'>,
  stock: readonly BoundedStock<Weight, Mask>[],
  count: number,
): Promise<CutGroup<Weight, Mask>[]> {
  const groups: CutGroup<Weight, Mask>[] = [];
  let pool = stock.filter(({ upper }) => upper > 0);
  let left = count;
  while (left > 0) {
    const items = pool.map(({ item }) => item);
    const cut = await backend.findCut(items, left);
    const bound = pool.some(({ lower, upper, kept }) => lower > 0 || upper < kept);
    const taken = bound ? await takenBy(backend, items, cut) : [];
    const over = pool.map(({ upper }, i) => Math.max(0, (taken[i] ?? 0) - upper));
    const under = pool.map(({ lower }, i) => Math.max(0, lower - (taken[i] ?? lower)));
    const excess = sum(over) - sum(under);
    const pinned = pool.map((_, i) => (excess >= 0 && over[i]! > 0) || (excess <= 0 && under[i]! > 0));
    if (!pinned.includes(true)) return [...groups, { items, cut }];
    for (const [i, { item, lower, upper }] of pool.entries()) {
      if (!pinned[i]) continue;
      const own = over[i]! > 0 ? upper : lower;
      groups.push({ items: [item], cut: await backend.findCut([item], own) });
      left -= own;
    }
    pool = pool.filter((_, i) => !pinned[i]);
  }
  return groups;
}

/** How many units of each item a cut would take. */
async function takenBy<Weight, Mask>(
  backend: Pick<TensorBackend<Weight, Mask>, 'countBelow'>,
  items: readonly Item<Weight, Mask>[],
  cut: Cut,
): Promise<number[]> {
  const [below, upTo] = await backend.countBelow(items, [cut.magnitude, cut.magnitude + 1]);
  let quota = cut.ties;
  return items.map((_, i) => {
    const ties = Math.min(quota, upTo![i]! - below![i]!);
    quota -= ties;
    return below![i]! + ties;
  });
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
