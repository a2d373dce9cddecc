import { percent } from '@synaprune/examples-kit/format';
import { GAIN } from './learning.js';
import type { Results } from './results.js';

/** Epochs of several runs, from the first to the last: `16 to 40`. */
export function epochRange(epochs: readonly number[]): string {
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  return first === last ? String(first) : `${first} to ${last}`;
}

/** Whether the trainings stopped because they had stopped learning, or were cut off. */
export function learningText({ arms, options }: Pick<Results, 'arms' | 'options'>): string[] {
  // mc-dropout has the dropout arm's trainings.
  const own = arms.filter((arm) => arm.name !== 'mc-dropout');
  const runs = own.flatMap((arm) => arm.runs.map((run) => ({ ...run, arm: arm.name })));
  const cut = runs.filter(({ ending }) => ending === 'epochs');
  if (runs.length === 0) return [];
  if (cut.length === 0) {
    return [
      `${runs.length === 1 ? 'The one training' : `All ${runs.length} trainings of the table`} went on until ${options.patience} epochs in a row had ` +
        `brought less than ${percent(GAIN, 2)}; best epochs ${epochRange(runs.map(({ bestEpoch }) => bestEpoch))}, counted from 0.`,
    ];
  }
  const which = cut.length === runs.length ? 'All' : `${cut.length} of`;
  const names = [...new Set(cut.map(({ arm }) => arm))].join(', ');
  return [
    `${which} ${runs.length} trainings of the table (${names}) were still learning when the ${options.epochs} epochs ended: with more ` +
      '--epochs their errors may fall, and the arms may rank differently.',
  ];
}
