import { listNames } from '../checks/legible.js';
import type { Notice } from '../checks/notice.js';
import type { Schedule } from '../schedule/schedule.js';
import type { LotCount } from '../selection/patterns/pattern.js';

/* The notices of core. docs/notices.md says what each means and what to do. */

/** Part of a weight's kept elements that are zero, from which on its zeros are told. */
const CONSIDERABLE = 0.1;
/** Part of a weight that is left, up to which it is nearly empty, */
const NEARLY_EMPTY = 0.01;
/** unless the target leaves hardly more everywhere. */
const NEARLY_EVERYTHING = 0.99;

/** What is left of a weight. */
export interface Remains {
  readonly name: string;
  readonly elements: number;
  readonly kept: number;
}

/** A weight's kept elements, and how many of them are zero. */
export interface KeptZeros {
  readonly name: string;
  readonly kept: number;
  readonly zeros: number;
}

/**
 * `weight-emptied` and `weight-nearly-emptied`, where there are such weights.
 *
 * @param groups where channels of groups go, which are what is nearly emptied then: a weight loses along two axes, and
 *   has little left where each of them has enough
 */
export function emptiedNotices(
  weights: readonly Remains[],
  target: number | null,
  groups?: readonly LotCount[],
): Notice[] {
  const notices: Notice[] = [];
  const emptied = weights.filter((weight) => isEmpty(weight)).map(({ name }) => name);
  const thinned = groups?.map(({ name, channels, kept }) => ({
    name,
    elements: channels,
    kept: kept.length,
  }));
  const nearly = (thinned ?? weights).filter((one) => isNearlyEmpty(one, target)).map(({ name }) => name);
  if (emptied.length > 0) {
    notices.push({
      code: 'weight-emptied',
      message:
        `nothing is left of ${listNames(emptied)}: what such a weight carried is gone for good. ` +
        (target === 1
          ? 'Sparsity 1 asks for it: ask for less'
          : "A floor ({ elements: 1 } or a fraction), distribution 'uniform' or select keeps a weight"),
      weights: emptied,
    });
  }
  if (nearly.length > 0) {
    notices.push({
      code: 'weight-nearly-emptied',
      message:
        `at most 1 % is left of ${listNames(nearly)}, far less than of all weights together. ` +
        "A floor, distribution 'uniform' or select keeps more",
      ...(groups === undefined ? { weights: nearly } : {}),
    });
  }
  return notices;
}

/** Whether nothing is left. */
export function isEmpty({ kept }: Remains): boolean {
  return kept === 0;
}

/** Whether hardly anything is left, though the target leaves more of all weights together. */
export function isNearlyEmpty({ elements, kept }: Remains, target: number | null): boolean {
  return kept > 0 && kept <= NEARLY_EMPTY * elements && (target ?? 0) < NEARLY_EVERYTHING;
}

/** `untrained-ranked`: weights of nothing but zeros took part in the ranking. */
export function untrainedRanked(names: readonly string[]): Notice[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'untrained-ranked',
      message:
        `${listNames(names)} held nothing but zeros when the first update came: zeros rank lowest, so they go ` +
        "first, in the order of their index, and for good. untrained: 'wait' leaves such a weight out until it " +
        'holds something; a floor keeps a part of it',
      weights: names,
    },
  ];
}

/** `untrained-waiting`: weights of nothing but zeros were left out. */
export function untrainedWaiting(names: readonly string[]): Notice[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'untrained-waiting',
      message:
        `${listNames(names)} hold nothing but zeros and were left out of this update, as untrained: 'wait' asks; ` +
        'the other weights make up their part where the distribution is global',
      weights: names,
    },
  ];
}

/** Whether a weight that does hold something is zero to a considerable part. */
export function hasConsiderableZeros({ kept, zeros }: Omit<KeptZeros, 'name'>): boolean {
  return zeros < kept && zeros >= CONSIDERABLE * kept && zeros > 0;
}

/** `zeros-present`: a weight looks as if it had been pruned before, and its masks were not restored. */
export function zerosPresent(weights: readonly KeptZeros[]): Notice[] {
  const sparse = weights.filter((weight) => hasConsiderableZeros(weight));
  if (sparse.length === 0) return [];
  const zeros = sparse.reduce((sum, weight) => sum + weight.zeros, 0);
  const kept = sparse.reduce((sum, weight) => sum + weight.kept, 0);
  const names = sparse.map(({ name }) => name);
  return [
    {
      code: 'zeros-present',
      message:
        `after the first update ${zeros} of the ${kept} elements kept of ${listNames(names)} are exactly zero: if ` +
        'they were pruned before, training brings them back. keepZeros: true drops them for good; restore(state) ' +
        'takes over masks that were saved',
      weights: names,
    },
  ];
}

/** `target-not-below-active`: rule `published` changed nothing though the target asked for more. */
export function targetNotBelowActive(target: number): Notice {
  return {
    code: 'target-not-below-active',
    message:
      `the target ${rounded(target)} asks for all that is left, or more, and rule 'published' then changes nothing, as the ` +
      "published program does; rule 'exact' drops it",
  };
}

/** `score-without-information`: elements were dropped by score tensors that say nothing of them. */
export function scoreWithoutInformation(names: readonly string[]): Notice[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'score-without-information',
      message:
        `the score tensors of ${listNames(names)} were zero for every element kept, and elements of them were ` +
        'dropped: in the order of their index, since all tie. Fill the scores before the update, as gradients are by ' +
        'the first step; until then ask for sparsity 0',
      weights: names,
    },
  ];
}

/** `score-without-information`: elements were brought back by score tensors that say nothing of them. */
export function growthWithoutInformation(names: readonly string[]): Notice[] {
  if (names.length === 0) return [];
  return [
    {
      code: 'score-without-information',
      message:
        `the scores that regrow ${listNames(names)} were zero for everything dropped, and elements of them came back: ` +
        'in the order of their index, since all tie. Masked gradients are zero there: growth needs those of the ' +
        'dense weights',
      weights: names,
    },
  ];
}

/** `dropped-not-zero`: weights were written behind the pruner's back. */
export function droppedNotZero(
  weights: readonly { readonly name: string; readonly revived: number }[],
): Notice[] {
  const written = weights.filter(({ revived }) => revived > 0);
  if (written.length === 0) return [];
  const names = written.map(({ name }) => name);
  const revived = written.reduce((sum, weight) => sum + weight.revived, 0);
  return [
    {
      code: 'dropped-not-zero',
      message:
        `${revived} dropped elements of ${listNames(names)} are not zero: the weights were written after the last ` +
        'enforce (an optimizer step, a checkpoint loaded). enforce() zeroes them; it belongs after every step and ' +
        'before the weights are saved, unless what trains them does it',
      weights: names,
    },
  ];
}

/**
 * `schedule-unfinished`: the last update came before the end of the schedule, and less is dropped than it asks for
 * there. More may be: masks never go back with the positions, and a sparse model starts with its zeros.
 */
export function scheduleUnfinished(
  { end, to }: Schedule,
  { position, target }: { readonly position: number | null; readonly target: number | null },
  isReached: (sparsity: number) => boolean,
): Notice[] {
  if (position === null || target === null || typeof end !== 'number' || typeof to !== 'number') return [];
  if (!(position < end && target < to) || (to <= 1 && isReached(to))) return [];
  return [
    {
      code: 'schedule-unfinished',
      message:
        `the schedule reaches ${to} at position ${end}; the last update was at position ${position}, where it asks ` +
        `for ${rounded(target)}. Update on to ${end}, or let the schedule end sooner`,
    },
  ];
}

/**
 * `schedule-changed`: a run that was restored goes on under a schedule that gives another sparsity where it was saved. A
 * schedule is code, so no state can hold it.
 *
 * @param saved where the run was saved, and what was asked for there
 */
export function scheduleChanged(
  schedule: Schedule,
  { position, target }: { readonly position: number | null; readonly target: number | null },
): Notice[] {
  if (position === null || target === null) return [];
  const now = sparsityAt(schedule, position);
  // Powers and cosines of another machine may differ in their last bits.
  if (now === undefined || Math.abs(now - target) <= 1e-9) return [];
  return [
    {
      code: 'schedule-changed',
      message:
        `the run was saved at position ${position}, where its schedule asked for ${rounded(target)}; this schedule asks ` +
        `for ${rounded(now)} there. What an update drops stays dropped: restore with the same schedule, unless another ` +
        'is meant',
    },
  ];
}

/** What a schedule gives; where it gives none, an update says so. */
function sparsityAt(schedule: Schedule, position: number): number | undefined {
  try {
    const sparsity = schedule(position);
    return Number.isFinite(sparsity) ? sparsity : undefined;
  } catch {
    return undefined;
  }
}

/** A sparsity for people. */
function rounded(sparsity: number): number {
  return Number(sparsity.toPrecision(6));
}
