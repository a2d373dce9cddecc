import { PruneError } from '../checks/errors.js';
import { listNames } from '../checks/legible.js';
import type { Item, Score } from '../contract/backend.js';
import { ranksBy } from '../score/scores.js';
import { abandonMasks, copyMasks } from '../selection/masks.js';
import type { UnitHandle, UnitView } from '../selection/patterns/pattern.js';
import { type Aim, type Plan, planUpdate, requireRooms } from '../selection/plan.js';
import { fractionAt } from '../selection/regrowth.js';
import { ABOVE_INFINITY, ABOVE_ZERO, byMagnitude, countKeptZeros, seenToHold } from '../selection/zeros.js';
import type { CheckedOptions } from './options.js';
import { requireUnits } from './unit-checks.js';
import { closeQuietly } from './update-checks.js';

/** When an update is made, and what for. */
export interface Occasion {
  readonly position: number;
  readonly sparsity: number;
  /** Whether no update has been made yet: only then zeros are looked for, unless untrained weights wait. */
  readonly first: boolean;
}

/** Where an update stands before it changes anything. */
export interface Prepared<Mask> {
  /** The masks to go on with: those there were, or fresh ones that drop the zeros found. */
  readonly masks: readonly Mask[];
  /** The weights as units. Open: whoever goes on with it closes it. */
  readonly view: UnitView<Mask>;
  readonly plan: Plan<UnitHandle, UnitHandle>;
  /** Units kept of each lot, in the masks to go on with. */
  readonly unitsKept: readonly number[];
  /** Elements kept of each weight when the update came. */
  readonly before: readonly number[];
  /** Elements already dropped in {@link Prepared.masks} because they were zero. */
  readonly droppedZeros: number;
  /** Kept elements of each weight that are zero, where they were counted. */
  readonly zeros: readonly number[] | undefined;
  readonly untrained: readonly string[];
  /** Of each weight, whether its score is a tensor that is zero for every kept element. */
  readonly blank: readonly boolean[];
}

/**
 * Looks at everything and plans the cuts. `masks` are not changed; what is made on the way is given back when it
 * fails.
 */
export async function prepareUpdate<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
  scores: readonly Score<Weight>[],
  { position, sparsity, first }: Occasion,
): Promise<Prepared<Mask>> {
  const { backend, weights, lots, score, untrained, keepZeros, regrow, pattern } = checked;
  const items = itemsOf(checked, masks);
  const ranked = items.map((item, i) => ({ ...item, score: scores[i]! }));
  const before = await backend.countKept(masks);
  // A cut by magnitude, above zero, takes all zeros: those of weights that hold something need not be counted before.
  const plain =
    pattern.kind === 'element' && score.kind === 'magnitude' && !keepZeros && regrow === undefined;
  const needed = first ? !(plain && (await seenToHold(backend, weights, before))) : untrained === 'wait';
  const zeros = needed ? await countKeptZeros(backend, items) : undefined;
  const [scored, numbers] =
    ranksBy(score) === 'tensor' ? await backend.countBelow(ranked, [ABOVE_ZERO, ABOVE_INFINITY]) : [];
  const blank = before.map((kept, i) => kept > 0 && scored?.[i] === kept);
  const hollow = weights.map((_, i) => before[i]! > 0 && zeros?.[i] === before[i]);
  const waits = lots.map(
    ({ rankedBy }) => untrained === 'wait' && rankedBy.every((weight) => hollow[weight]),
  );
  const ranking = new Set(lots.flatMap(({ rankedBy }) => rankedBy));
  const names = weights.filter((_, i) => hollow[i] && ranking.has(i)).map(({ name }) => name);
  const senseless = weights.filter((_, i) => ranking.has(i) && before[i]! > 0 && numbers?.[i] === 0);
  if (senseless.length > 0) {
    const which = listNames(senseless.map(({ name }) => name));
    throw new PruneError('score-mismatch', `the score of ${which} is NaN for every kept element`);
  }
  const found = { before, zeros, blank, untrained: names };
  const regrown = regrow === undefined ? undefined : fractionAt(regrow, position);
  const aim: Aim = { ...checked, sparsity, regrown };
  const stockWith = (kept: readonly number[], needed: readonly number[] = []) =>
    lots.map((lot, i) => ({
      ...lot,
      kept: kept[i]!,
      mustKeep: Math.max(lot.mustKeep, needed[i] ?? 0),
      waits: waits[i]!,
    }));

  const planWith = async (own: readonly Mask[], kept: readonly number[]) => {
    const masked = ranked.map((item, i) => ({ ...item, mask: own[i]! }));
    const view = await checked.pattern.open(backend, masked, 'drop');
    try {
      const unitsKept = view.isLive ? kept : await view.backend.countKept(view.items.map(({ mask }) => mask));
      if (!view.isLive) requireUnits(checked, kept, unitsKept);
      const stock = stockWith(unitsKept, view.needed).map((one, i) => ({ ...one, item: view.items[i]! }));
      return { view, unitsKept, plan: await planUpdate(view.backend, aim, stock) };
    } catch (error) {
      closeQuietly(view);
      throw error;
    }
  };

  // Only single elements are looked at, so that lots are weights.
  const starts = weights.map((_, i) => keepZeros && first && !waits[i]);
  if (!starts.some((begins, i) => begins && zeros![i]! > 0)) {
    return { ...found, masks, droppedZeros: 0, ...(await planWith(masks, before)) };
  }
  const left = before.map((kept, i) => (starts[i] ? kept - zeros![i]! : kept));
  // Dropping zeros makes +0 of −0, so what can be refused is refused before.
  requireRooms(aim, stockWith(left));
  const fresh = await copyMasks(backend, items);
  try {
    const whole = items.map((item, i) => ({ ...item, mask: fresh[i]! }));
    const own = whole.filter((_, i) => starts[i]).map(byMagnitude);
    // What is zero is everything of a magnitude below the smallest there is.
    await backend.drop([{ items: own, cut: { magnitude: ABOVE_ZERO, ties: 0 } }]);
    const kept = await backend.countKept(fresh);
    return {
      ...found,
      masks: fresh,
      droppedZeros: sum(before) - sum(kept),
      ...(await planWith(fresh, kept)),
    };
  } catch (error) {
    abandonMasks(backend, fresh);
    throw error;
  }
}

/** Weights and masks as the verbs take them, by magnitude. */
export function itemsOf<Weight, Mask>(
  { weights }: Pick<CheckedOptions<Weight, Mask>, 'weights'>,
  masks: readonly Mask[],
): Item<Weight, Mask>[] {
  return weights.map(({ weight }, i) => ({ weight, mask: masks[i]!, score: { kind: 'magnitude' } }));
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
