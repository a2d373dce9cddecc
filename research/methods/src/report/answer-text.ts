import { listText } from 'synaprune-study/report/words';
import { taskOf } from '../task.js';
import { differenceOf, type Level, type TaskAnalysis } from './analysis.js';
import { verdictOf } from './claims.js';
import { gainText, gainWithInterval, scoreText, zerosText } from './words.js';

/** What a task says, the answer first. */
export function answerTexts(analysis: TaskAnalysis): string[] {
  return [
    answerSentence(analysis),
    costSentence(analysis),
    worseSentence(analysis),
    singleSentence(analysis),
    powerSentence(analysis),
  ].filter((text) => text !== '');
}

/** Whether any method is worth more than the best that needs nothing but the weights. */
function answerSentence({ task, levels }: TaskAnalysis): string {
  const { heldOut } = taskOf(task);
  if (levels.every(({ best }) => best === null)) return `No method has finished a run on ${heldOut}.`;
  const there = levels.filter(isJudged);
  if (there.length === 0)
    return `On ${heldOut}, one seed a method says nothing about which is better: there is no interval.`;
  const better = there.flatMap((level) => shown(level, 'better').map((method) => ({ level, method })));
  const zeros = listText(there.map(({ sparsity }) => zerosText(sparsity)));
  if (better.length === 0) {
    return `On ${heldOut}, at ${zeros} zeros, no method is shown to be better than the best simple one, which is ${bestText(there)}.`;
  }
  const parts = better.map(({ level: { sparsity, best, toBest, cells }, method }) => {
    const { title } = cells.find((cell) => cell.method === method)!;
    return `${title} at ${zerosText(sparsity)} zeros, ${gainWithInterval(task, toBest.get(method)!.gain)} over ${best!.title}`;
  });
  const rest = there.filter((level) => shown(level, 'better').length === 0);
  const none =
    rest.length === 0 ? '' : `; at ${listText(rest.map(({ sparsity }) => zerosText(sparsity)))} none is`;
  return `On ${heldOut}, these are shown to be better than the best simple method: ${parts.join('; ')}${none}.`;
}

/** Whether it has the seeds that an interval takes. */
function isJudged({ best }: Level): boolean {
  return best !== null && best.score.count > 1;
}

/** Where one seed stands alone. */
function singleSentence({ levels }: TaskAnalysis): string {
  const single = levels.filter((level) => level.best !== null && !isJudged(level));
  if (single.length === 0 || !levels.some(isJudged)) return '';
  return `At ${listText(single.map(({ sparsity }) => zerosText(sparsity)))} there is one seed that all methods have run, which says nothing.`;
}

/** Methods that are shown to be better than the best simple one, or worse. */
function shown({ toBest }: Level, verdict: 'better' | 'worse'): string[] {
  return [...toBest].filter(([, difference]) => verdictOf(difference) === verdict).map(([method]) => method);
}

/** Which methods fall behind the best simple one, and where. */
function worseSentence({ levels }: TaskAnalysis): string {
  const places = new Map<string, string[]>();
  for (const level of levels) {
    for (const method of shown(level, 'worse')) {
      const { title } = level.cells.find((cell) => cell.method === method)!;
      places.set(title, [...(places.get(title) ?? []), zerosText(level.sparsity)]);
    }
  }
  if (places.size === 0) return '';
  return `Shown to be worse than it: ${[...places].map(([title, at]) => `${title} at ${listText(at)}`).join('; ')}.`;
}

function bestText(levels: readonly Level[]): string {
  const titles = new Map<string, string[]>();
  for (const { best, sparsity } of levels) {
    titles.set(best!.title, [...(titles.get(best!.title) ?? []), zerosText(sparsity)]);
  }
  return listText([...titles].map(([title, at]) => `${title} at ${listText(at)}`));
}

/** What the best simple method loses against the dense model. */
function costSentence({ task, dense, levels }: TaskAnalysis): string {
  if (dense === null || dense.score.count < 2) return '';
  const { higherIsBetter, unit } = taskOf(task);
  const parts = levels.filter(isJudged).flatMap(({ sparsity, best }) => {
    const difference = best === null ? null : differenceOf(best, dense, higherIsBetter);
    return difference === null
      ? []
      : [`${gainWithInterval(task, difference.gain)} at ${zerosText(sparsity)}`];
  });
  if (parts.length === 0) return '';
  return `Beside the dense model’s ${scoreText(task, dense.score.mean)}${unit}, the best simple method has ${listText(parts)}.`;
}

/** How small a difference these seeds can show. */
function powerSentence({ task, levels }: TaskAnalysis): string {
  const halves = levels
    .flatMap(({ toBest }) => [...toBest.values()])
    .flatMap(({ gain: { interval, mean } }) => (interval === null ? [] : [interval.high - mean]))
    .sort((a, b) => a - b);
  const middle = halves[Math.floor(halves.length / 2)];
  if (middle === undefined) return '';
  return `Half of the intervals between two methods reach more than ${gainText(task, middle).replace('+', '')} ${taskOf(task).gainUnit} to each side: what is smaller than that is mostly not seen here.`;
}
