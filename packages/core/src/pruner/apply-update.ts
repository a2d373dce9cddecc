import type { CutGroup, Score } from '../contract/backend.js';
import { abandonMasks, copyMasks } from '../selection/masks.js';
import type { UnitHandle, UnitView } from '../selection/patterns/pattern.js';
import { grow } from '../selection/regrowth.js';
import type { CheckedOptions } from './options.js';
import { itemsOf, type Prepared, sum } from './prepare-update.js';
import { requireSpread } from './unit-checks.js';

/** What an update changed. */
export interface Applied<Mask> {
  /** The masks to go on with. Others than {@link Prepared.masks} are new. */
  readonly masks: readonly Mask[];
  /** Units that came back. */
  readonly regrown: number;
  /** Lots out of which some came back by a score that said nothing of them. */
  readonly blankGrowth: readonly number[];
  /** Units that were dropped, less those that came back, where they are not the elements. */
  readonly droppedUnits: number | undefined;
  /** Units that are left of each lot, where they are not the elements. */
  readonly unitsLeft?: readonly number[] | undefined;
}

/**
 * Changes masks and weights as planned, in one verb where the backend has one for it; else on new masks, so that masks
 * and weights stay as they were when anything fails. The view stays open.
 */
export async function applyUpdate<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  { masks, view, plan, unitsKept }: Prepared<Mask>,
  growingBy: readonly Score<Weight>[],
): Promise<Applied<Mask>> {
  const { backend, regrow } = checked;
  const { readOnly = false } = backend.manifest;
  const oneVerb = readOnly ? backend.drop : backend.dropAndEnforce;
  if (view.isLive && plan.growths.length === 0 && oneVerb !== undefined) {
    await oneVerb.call(backend, wholeGroups(view, plan.groups) as readonly CutGroup<Weight, Mask>[]);
    return { masks, regrown: 0, blankGrowth: [], droppedUnits: undefined };
  }
  const own = view.isLive ? await copyMasks(view.backend, view.items) : view.items.map(({ mask }) => mask);
  let fresh: readonly Mask[];
  let growth = { grown: 0, blank: [] as readonly number[] };
  let droppedUnits: number | undefined;
  let unitsLeft: readonly number[] | undefined;
  try {
    const masked = new Map(view.items.map(({ mask }, i) => [mask, own[i]]));
    const groups = plan.groups.map(({ items, cut }) => ({
      cut,
      items: items.map((item) => ({ ...item, mask: masked.get(item.mask) })),
    }));
    if (groups.length > 0) await view.backend.drop(groups);
    const items = view.items.map((item, i) => ({ ...item, mask: own[i] }));
    if (regrow !== undefined && plan.growths.length > 0) {
      const ranked = await checked.pattern.open(
        backend,
        itemsOf(checked, masks).map((item, i) => ({ ...item, score: growingBy[i]! })),
        'grow',
      );
      try {
        growth = await grow(view.backend, items, ranked.items, plan.growths);
      } finally {
        ranked.close();
      }
    }
    if (!view.isLive) {
      unitsLeft = await view.backend.countKept(own);
      droppedUnits = sum(unitsKept) - sum(unitsLeft);
    }
    fresh = await view.settle(own);
  } catch (error) {
    if (view.isLive) abandonMasks(view.backend, own);
    throw error;
  }
  try {
    // Before anything is zeroed. What comes back is spread as well, and hides what is dropped.
    if (droppedUnits !== undefined && regrow === undefined) {
      const counts = await backend.countKept([...masks, ...fresh]);
      const after = sum(counts.slice(masks.length));
      requireSpread(checked, droppedUnits, sum(counts) - 2 * after);
    }
    if (!readOnly) await backend.enforce(itemsOf(checked, fresh));
  } catch (error) {
    abandonMasks(backend, fresh);
    throw error;
  }
  return { masks: fresh, regrown: growth.grown, blankGrowth: growth.blank, droppedUnits, unitsLeft };
}

/**
 * The groups, and one that takes nothing for the weights that no group touches: their dropped elements are zeroed too.
 */
function wholeGroups<Mask>(
  { items }: UnitView<Mask>,
  groups: readonly CutGroup<UnitHandle, UnitHandle>[],
): readonly CutGroup<UnitHandle, UnitHandle>[] {
  const touched = new Set(groups.flatMap((group) => group.items.map((item) => item.mask)));
  const untouched = items.filter((item) => !touched.has(item.mask));
  return untouched.length > 0 ? [...groups, { items: untouched, cut: { magnitude: 0, ties: 0 } }] : groups;
}
