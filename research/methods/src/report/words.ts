import type { MeanInterval } from 'synaprune-study/statistics/statistics';
import type { TaskName } from '../run.js';
import { taskOf } from '../task.js';

const SPACE = '\u00a0';
const MINUS = '\u2212';

/** A share of zeros: `80 %`. */
export function zerosText(sparsity: number): string {
  return `${Number((100 * sparsity).toFixed(1))}${SPACE}%`;
}

/** A score in the unit of its task, without it: `94.31`, `2.104`. */
export function scoreText(task: TaskName, score: number): string {
  const { factor, decimals } = taskOf(task);
  return (factor * score).toFixed(decimals);
}

/** Half of an interval in the unit of a score: `± 0.21`; nothing for one run. */
export function halfText(task: TaskName, { mean, interval }: MeanInterval): string | undefined {
  return interval === null ? undefined : `± ${scoreText(task, interval.high - mean)}`;
}

/** A gain with its sign: `+0.42`, `−0.13`. */
export function gainText(task: TaskName, gain: number): string {
  const text = scoreText(task, Math.abs(gain));
  return `${Number(text) === 0 ? '' : gain < 0 ? MINUS : '+'}${text}`;
}

/** A gain and its interval: `+0.42 points (95 % interval +0.10 to +0.74)`. */
export function gainWithInterval(task: TaskName, { mean, interval }: MeanInterval): string {
  const own = `${gainText(task, mean)} ${taskOf(task).gainUnit}`;
  if (interval === null) return own;
  return `${own} (95${SPACE}% interval ${gainText(task, interval.low)} to ${gainText(task, interval.high)})`;
}
