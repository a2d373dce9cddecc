import { percent } from '@synaprune/examples-kit/format';
import { type Answer, NEGLIGIBLE, type Standing } from './answer.js';
import { type Effect, marginOf } from './effects.js';
import type { ScopeStatistics } from './scope-statistics.js';
import {
  comparedText,
  count,
  differenceText,
  evidenceText,
  marginText,
  pText,
  rangeText,
  rankText,
  shareText,
  timesText,
} from './words.js';

/** The answer in one sentence, with its uncertainty. */
export function answerSentence(answer: Answer, overall: ScopeStatistics | undefined): string {
  const { effect, pruning } = answer;
  if (effect === null || pruning === null || overall === undefined) {
    return 'This study cannot say: it has no paired runs of dropout and of a pruning arm.';
  }
  if (!answer.trusted) return publishedSentence(answer, effect, overall);
  const difference = differenceText(effect.relative);
  const evidence = evidenceText(effect, overall.scope.blockName);
  switch (answer.verdict) {
    case 'yes':
      return `Yes, on these data: with ${pruning} instead of dropout the error is ${difference} (${evidence}).`;
    case 'no':
      return `No, not on these data: with ${pruning} instead of dropout the error is ${difference} (${evidence}).`;
    case 'makes-no-difference':
      return (
        `It makes no difference worth speaking of: with ${pruning} instead of dropout the error is ${difference}, ` +
        `and within ${percent(NEGLIGIBLE, 0)} of dropout’s with 95\u00a0% confidence (${evidence}).`
      );
    default:
      return `These runs cannot tell: with ${pruning} instead of dropout the error is ${difference}, which may be chance (${evidence}).`;
  }
}

/**
 * How close pruning is shown to be to dropout, and with how many weights less: what a practitioner decides by, for that
 * no difference was found does not say that there is none. Empty where the study or its protocol cannot say.
 */
export function equivalenceSentence(answer: Answer, overall: ScopeStatistics | undefined): string {
  const { effect, pruning, weightsGone, trusted } = answer;
  if (!trusted || effect === null || pruning === null || overall === undefined) return '';
  const margin = marginOf(effect);
  const fewer = weightsGone === null ? '' : ` with ${shareText(weightsGone)} fewer weights`;
  if (margin === null || effect.bounds === null) {
    return `How close ${pruning} is to dropout${fewer} cannot be said: that takes two blocks at least.`;
  }
  const worst = effect.bounds[1];
  const worse =
    worst === margin
      ? ''
      : worst > 0
        ? `, and at most ${marginText(worst).slice(1)} higher`
        : ', and not higher';
  return (
    `With 95\u00a0% confidence the error of ${pruning} is within ${marginText(margin)} of dropout’s${fewer}${worse} ` +
    `(two one-sided tests over ${count(effect.blocks, 'block')}, ${overall.scope.blockName}).`
  );
}

function publishedSentence(answer: Answer, effect: Effect, overall: ScopeStatistics): string {
  const { table, averageRanks, tests } = overall;
  const rank = averageRanks[table.arms.indexOf(answer.pruning!)];
  const place = averageRanks.filter((other) => rank !== undefined && other < rank).length + 1;
  const ranked =
    rank === undefined
      ? `${answer.pruning} could not be ranked`
      : `${answer.pruning} comes ${ordinal(place)} of ${table.arms.length} by average rank ` +
        `(${rankText(rank)} over ${count(table.blocks.length, 'block')}` +
        `${tests === null ? '' : `; Friedman ${pText(tests.friedman.pExact ?? tests.friedman.pApproximate)}`})`;
  return (
    `Under the published protocol ${ranked}, its error ${comparedText(effect.relative, 'dropout’s')} ` +
    `(${evidenceText(effect, overall.scope.blockName)}); ` +
    'whether to replace dropout this cannot answer, because the protocol stops and scores on the same rows, scores the ' +
    'last epoch instead of the best, and counts lengths of one series as independent.'
  );
}

const STANDINGS: Readonly<Record<Standing, string>> = {
  better: 'is better than repeating the last value',
  level: 'cannot be told from repeating the last value',
  worse: 'is worse than repeating the last value',
};

/** How the two arms stand against repeating the last value; empty when that was not measured. */
export function persistenceSentence(answer: Answer): string {
  const { pruningOnPersistence: pruned, dropoutOnPersistence: dropped, pruning, besideLastValue } = answer;
  if (pruned === null || dropped === null || besideLastValue === null) return '';
  const errors = `${timesText(pruned.relative)} (${pruning}) and ${timesText(dropped.relative)} (dropout) its error`;
  const mixed = [pruned, dropped].some(({ blocks, blocksLower }) => blocksLower > 0 && blocksLower < blocks);
  const blocks = `better in ${pruned.blocksLower} and ${dropped.blocksLower} of ${count(pruned.blocks, 'block')}`;
  const figures = `on average ${errors}${mixed ? `; ${blocks}` : ''}`;
  if (besideLastValue.pruning !== besideLastValue.dropout) {
    return `${pruning} ${STANDINGS[besideLastValue.pruning]}, dropout ${STANDINGS[besideLastValue.dropout]}: ${figures}.`;
  }
  switch (besideLastValue.pruning) {
    case 'better':
      return `Both are better than repeating the last value: ${figures}.`;
    case 'level':
      return `Neither can be told from repeating the last value: ${figures}.`;
    default:
      return `Both are worse than repeating the last value: ${figures}. Neither is the thing to use.`;
  }
}

/** How the two arms stand against a linear model of the same windows; empty when there is none. */
export function linearSentence({
  pruning,
  pruningOnLinear: pruned,
  dropoutOnLinear: dropped,
}: Answer): string {
  if (pruned === null || dropped === null) return '';
  const figures = (effect: Effect) =>
    differenceText(effect.relative) +
    (effect.interval === null ? '' : ` (95\u00a0% interval ${rangeText(effect.interval)})`);
  return `Beside a linear model of the same windows the error of ${pruning} is ${figures(pruned)}, that of dropout ${figures(dropped)}.`;
}

function ordinal(place: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth', 'sixth'][place - 1] ?? `${place}th`;
}
