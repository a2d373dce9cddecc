import { PruneError } from '../checks/errors.js';
import type { Notice } from '../checks/notice.js';
import type { Item } from '../contract/backend.js';
import { abandonMasks, createMasks } from '../selection/masks.js';
import { applyPlan, type Plan, planUpdate, requireRooms } from '../selection/plan.js';
import { ABOVE_ZERO, byMagnitude, countKeptZeros } from '../selection/zeros.js';
import {
  emptiedNotices,
  hasConsiderableZeros,
  isEmpty,
  isNearlyEmpty,
  scoreWithoutInformation,
  targetNotBelowActive,
  untrainedRanked,
  untrainedWaiting,
  zerosPresent,
} from './notices.js';
import type { CheckedOptions } from './options.js';
import { withScores } from './update-checks.js';

/** What one update did. */
export interface UpdateResult {
  readonly position: number;
  /** Sparsity that the schedule gave. */
  readonly target: number;
  /** Elements dropped by this update. */
  readonly dropped: number;
  /** Fraction of all elements dropped so far, in [0, 1]. */
  readonly sparsity: number;
  /** Set when rule `published` left the masks alone because the target was not below what is active. */
  readonly skipped?: 'target-not-below-active';
  /**
   * What did not come to hold: `weight-emptied` and `weight-nearly-emptied` by this update, `untrained-waiting`,
   * `target-not-below-active`, `score-without-information`; of the first update also `untrained-ranked` and `zeros-present`.
   *
   * @see docs/notices.md
   */
  readonly notices: readonly Notice[];
}

/** Where an update stands before it changes anything. */
export interface Prepared<Weight, Mask> {
  /** The masks to go on with: those there were, or fresh ones that drop the zeros found. */
  readonly masks: readonly Mask[];
  readonly plan: Plan<Weight, Mask>;
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
 * Looks at everything and plans the cuts. `masks` are not changed; masks made on the way are given back when it
 * fails.
 *
 * @param first whether no update has been made yet: only then zeros are counted, unless untrained weights wait
 */
export async function prepareUpdate<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
  { sparsity, first }: { readonly sparsity: number; readonly first: boolean },
): Promise<Prepared<Weight, Mask>> {
  const { backend, weights, untrained, keepZeros } = checked;
  const items = itemsOf(checked, masks);
  const ranked = withScores(checked, items);
  const before = await backend.countKept(masks);
  const zeros = first || untrained === 'wait' ? await countKeptZeros(backend, items) : undefined;
  const scored = checked.score.kind === 'tensor' ? (await backend.countBelow(ranked, [ABOVE_ZERO]))[0]! : [];
  const blank = before.map((kept, i) => kept > 0 && scored[i] === kept);
  const hollow = weights.map((_, i) => before[i]! > 0 && zeros?.[i] === before[i]);
  const waits = hollow.map((isHollow) => untrained === 'wait' && isHollow);
  const stockWith = (kept: readonly number[]) =>
    weights.map(({ name, elements, mustKeep }, i) => {
      return { name, elements, mustKeep, kept: kept[i]!, waits: waits[i]! };
    });
  const planWith = (own: readonly Mask[], kept: readonly number[]) => {
    const stock = stockWith(kept).map((one, i) => ({ ...one, item: { ...ranked[i]!, mask: own[i]! } }));
    return planUpdate(checked, stock, sparsity);
  };
  const names = weights.filter((_, i) => hollow[i]).map(({ name }) => name);
  const prepared = { before, zeros, blank, untrained: names };
  const starts = weights.map((_, i) => keepZeros && first && !waits[i]);
  if (!starts.some((begins, i) => begins && zeros![i]! > 0)) {
    return { ...prepared, masks, droppedZeros: 0, plan: await planWith(masks, before) };
  }
  const left = before.map((kept, i) => (starts[i] ? kept - zeros![i]! : kept));
  // Dropping zeros makes +0 of −0, so what can be refused is refused before.
  requireRooms(checked.scope, stockWith(left), sparsity);
  const fresh = createMasks(backend, weights);
  try {
    const whole = items.map((item, i) => ({ ...item, mask: fresh[i]! }));
    await dropZeros(
      checked,
      whole.filter((_, i) => starts[i]),
    );
    const kept = await backend.countKept(fresh);
    const plan = await planWith(fresh, kept);
    return { ...prepared, masks: fresh, droppedZeros: sum(before) - sum(kept), plan };
  } catch (error) {
    abandonMasks(backend, fresh);
    throw error;
  }
}

/** Changes masks and weights as planned. */
export function applyUpdate<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  { masks, plan }: Prepared<Weight, Mask>,
): Promise<void> {
  return applyPlan(checked.backend, plan, itemsOf(checked, masks));
}

/** Counts what an update did, and checks that it is what was planned. */
export async function countUpdate<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  { masks, plan, before, droppedZeros, zeros, untrained, blank }: Prepared<Weight, Mask>,
  {
    position,
    target,
    first,
  }: { readonly position: number; readonly target: number; readonly first: boolean },
): Promise<UpdateResult> {
  const { backend, weights } = checked;
  const after = await backend.countKept(masks);
  const dropped = sum(before) - sum(after);
  const planned = plan.drops === undefined ? dropped : plan.drops + droppedZeros;
  if (dropped !== planned) {
    throw new PruneError(
      'contract-violation',
      `asked backend ${backend.manifest.name} to drop ${planned} elements, and ${dropped} were dropped: ` +
        'either it broke its contract or the weights were written while the update was in flight',
    );
  }
  const elements = sum(weights.map((weight) => weight.elements));
  const remains = weights.map((weight, i) => ({ ...weight, kept: after[i]! }));
  const changed = remains.filter((weight, i) => {
    const earlier = { ...weight, kept: before[i]! };
    const news = isEmpty(weight) ? !isEmpty(earlier) : !isNearlyEmpty(earlier, target);
    return news && weight.kept !== earlier.kept;
  });
  const uninformed = weights.filter((_, i) => blank[i] && after[i]! < before[i]!).map(({ name }) => name);
  const notices = [
    ...scoreWithoutInformation(uninformed),
    ...emptiedNotices(changed, target),
    ...(checked.untrained === 'wait' ? untrainedWaiting(untrained) : []),
    ...(plan.skipped === undefined ? [] : [targetNotBelowActive(target)]),
    ...(first ? await firstNotices(checked, masks, { before, after, zeros: zeros!, untrained }) : []),
  ];
  const skipped = plan.skipped === undefined ? {} : { skipped: plan.skipped };
  return { position, target, dropped, sparsity: (elements - sum(after)) / elements, ...skipped, notices };
}

/** What only the first update looks for: weights that were never trained, and zeros of an earlier pruning. */
async function firstNotices<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
  {
    before,
    after,
    zeros,
    untrained,
  }: {
    readonly before: readonly number[];
    readonly after: readonly number[];
    readonly zeros: readonly number[];
    readonly untrained: readonly string[];
  },
): Promise<Notice[]> {
  const { backend, weights, score, keepZeros } = checked;
  // A random order does not look at the weights: zeros go no sooner than others.
  const ranked = checked.untrained === 'rank' && score.kind !== 'random' ? untrainedRanked(untrained) : [];
  const counted = weights.map(({ name }, i) => ({ name, kept: before[i]!, zeros: zeros[i]! }));
  if (keepZeros || !counted.some(hasConsiderableZeros)) return ranked;
  const left = await countKeptZeros(backend, itemsOf(checked, masks));
  const sparse = weights.map(({ name }, i) => ({ name, kept: after[i]!, zeros: left[i]! }));
  return [...ranked, ...zerosPresent(sparse.filter(({ name }) => !untrained.includes(name)))];
}

/** Drops what is zero: everything of a magnitude below the smallest there is. */
async function dropZeros<Weight, Mask>(
  { backend }: CheckedOptions<Weight, Mask>,
  items: readonly Item<Weight, Mask>[],
): Promise<void> {
  const cut = {
    kind: 'threshold',
    direction: 'drop',
    pattern: { kind: 'element' },
    magnitude: ABOVE_ZERO,
    ties: 0,
  } as const;
  await backend.dropBelow([{ items: items.map(byMagnitude), cut }]);
}

/** Weights and masks as the verbs take them, by magnitude. */
export function itemsOf<Weight, Mask>(
  { weights }: CheckedOptions<Weight, Mask>,
  masks: readonly Mask[],
): Item<Weight, Mask>[] {
  return weights.map(({ weight }, i) => ({ weight, mask: masks[i]!, score: { kind: 'magnitude' } }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
