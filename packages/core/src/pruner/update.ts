import { PruneError } from '../checks/errors.js';
import type { Notice } from '../checks/notice.js';
import { aboveCeiling } from '../selection/ceiling.js';
import { ABOVE_ZERO, countKeptZeros } from '../selection/zeros.js';
import type { Applied } from './apply-update.js';
import {
  emptiedNotices,
  growthWithoutInformation,
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
import { itemsOf, type Occasion, type Prepared, sum } from './prepare-update.js';

/** What one update did. */
export interface UpdateResult {
  readonly position: number;
  /** Sparsity that the schedule gave. */
  readonly target: number;
  /** Elements dropped by this update, less those brought back. */
  readonly dropped: number;
  /** Units brought back by this update (elements, unless the pattern says otherwise); only with `regrow`. */
  readonly regrown?: number;
  /** Fraction of all elements dropped so far, in [0, 1]. */
  readonly sparsity: number;
  /** Set when rule `published` left the masks alone because the target was not below what is active. */
  readonly skipped?: 'target-not-below-active';
  /**
   * What did not come to hold: `weight-emptied` and `weight-nearly-emptied` by this update, `untrained-waiting`,
   * `target-not-below-active`, `above-ceiling`, `score-without-information`; `dropped-not-zero` where weights were written
   * and nothing was enforced since the update before; of the first update also `untrained-ranked` and `zeros-present`,
   * of the first after `restore` also `schedule-changed`.
   *
   * @see docs/notices.md
   */
  readonly notices: readonly Notice[];
}

/**
 * Counts what an update did, and checks that it is what was planned.
 *
 * @param earlier elements kept of each weight before the update, where it started from other masks than there were
 */
export async function countUpdate<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  prepared: Prepared<Mask>,
  { masks, regrown, blankGrowth, droppedUnits, unitsLeft }: Applied<Mask>,
  { position, sparsity: target, first }: Occasion,
  earlier?: readonly number[],
): Promise<UpdateResult> {
  const { backend, weights, lots } = checked;
  const { plan, before, droppedZeros, untrained, blank } = prepared;
  const after = await backend.countKept(masks);
  const dropped = sum(before) - sum(after);
  const units = droppedUnits === undefined ? 'elements' : 'units';
  const done = droppedUnits ?? dropped - droppedZeros;
  const planned = plan.drops === undefined ? done : plan.drops - regrown;
  if (done !== planned) {
    throw new PruneError(
      'contract-violation',
      `asked backend ${backend.manifest.name} to drop ${planned} ${units}, and ${done} were dropped: ` +
        'either it broke its contract or the weights were written while the update was in flight',
    );
  }
  const elements = sum(weights.map((weight) => weight.elements));
  const known = earlier ?? before;
  const remains = weights.map((weight, i) => ({ ...weight, kept: after[i]! }));
  const changed = remains.filter((weight, i) => {
    const last = { ...weight, kept: known[i]! };
    const news = isEmpty(weight) ? !isEmpty(last) : !isNearlyEmpty(last, target);
    return news && weight.kept !== last.kept;
  });
  const ranking = new Set(lots.flatMap(({ rankedBy }) => rankedBy));
  const uninformed = weights
    .filter((_, i) => ranking.has(i) && blank[i] && after[i]! < before[i]!)
    .map(({ name }) => name);
  const notices = [
    ...scoreWithoutInformation(uninformed),
    ...growthWithoutInformation(blankGrowth.map((i) => lots[i]!.name)),
    // What is left of groups, reports say.
    ...emptiedNotices(changed, target, checked.pattern.count === undefined ? undefined : []),
    ...aboveCeiling(
      lots,
      checked.ceiling === 1 ? undefined : (unitsLeft ?? after),
      checked.schedule,
      position,
    ),
    ...(checked.untrained === 'wait' ? untrainedWaiting(untrained) : []),
    ...(plan.skipped === undefined ? [] : [targetNotBelowActive(target)]),
    ...(first ? await firstNotices(checked, prepared, masks, after) : []),
  ];
  return {
    position,
    target,
    dropped: sum(known) - sum(after),
    sparsity: (elements - sum(after)) / elements,
    ...(plan.skipped === undefined ? {} : { skipped: plan.skipped }),
    ...(checked.regrow === undefined ? {} : { regrown }),
    notices,
  };
}

/** What only the first update looks for: weights that were never trained, and zeros of an earlier pruning. */
async function firstNotices<Weight, Mask>(
  checked: CheckedOptions<Weight, Mask>,
  { plan, before, zeros, untrained }: Prepared<Mask>,
  masks: readonly Mask[],
  after: readonly number[],
): Promise<Notice[]> {
  const { backend, weights, score, keepZeros } = checked;
  // A random order does not look at the weights: zeros go no sooner than others.
  const ranked = checked.untrained === 'rank' && score.kind !== 'random' ? untrainedRanked(untrained) : [];
  const cleared = plan.groups.flatMap(({ items, cut }) => (cut.magnitude < ABOVE_ZERO ? [] : items));
  // Where zeros were not counted, a cut above zero has taken them.
  const considerable =
    zeros === undefined
      ? cleared.length < weights.length
      : before.some((kept, i) => hasConsiderableZeros({ kept, zeros: zeros[i]! }));
  if (keepZeros || !considerable) return ranked;
  const left = await countKeptZeros(backend, itemsOf(checked, masks));
  // What only goes along, as biases do, may well be zero.
  const ranking = new Set(checked.lots.flatMap(({ rankedBy }) => rankedBy));
  const sparse = weights.map(({ name }, i) => ({ name, kept: after[i]!, zeros: left[i]! }));
  return [
    ...ranked,
    ...zerosPresent(sparse.filter(({ name }, i) => ranking.has(i) && !untrained.includes(name))),
  ];
}
