import { amount, percent, signedPercent } from '@synaprune/examples-kit/format';
import type { Effect } from './effects.js';

export { signedPercent };

/** Between a number and its unit: no line ends here. */
const SPACE = '\u00a0';

/** A probability as statisticians print it: `p = .031`, `p < .0001`. */
export function pText(p: number): string {
  return p < 1e-4 ? `p${SPACE}<${SPACE}.0001` : `p${SPACE}=${SPACE}${probability(p)}`;
}

/** A probability alone, three significant places under .1, no leading zero. */
export function probability(p: number): string {
  if (p < 1e-4) return '<.0001';
  if (p >= 0.9995) return '1';
  return p.toFixed(p < 0.01 ? 4 : 3).replace(/^0/, '');
}

/** A signed range of per cent: `−7.1 to +2.0 %`. */
export function rangeText([low, high]: readonly [number, number]): string {
  return `${signedPercent(low).replace(`${SPACE}%`, '')} to ${signedPercent(high)}`;
}

/**
 * A difference without its sign, with the word for it: `4.2 % lower`. One that rounds to nothing is neither higher nor
 * lower: `no different to the digits shown`.
 */
export function differenceText(relative: number): string {
  const size = percent(Math.abs(relative));
  if (size === percent(0)) return 'no different to the digits shown';
  return relative < 0 ? `${size} lower` : `${size} higher`;
}

/** The same as a comparison: `4.2 % lower than dropout’s`, `the same as dropout’s to the digits shown`. */
export function comparedText(relative: number, other: string): string {
  const size = percent(Math.abs(relative));
  return size === percent(0)
    ? `the same as ${other} to the digits shown`
    : `${differenceText(relative)} than ${other}`;
}

/** How close two things are shown to be: `±1.9 %`, rounded up, so that no more is claimed than holds. */
export function marginText(margin: number): string {
  return `±${percent(Math.ceil(1000 * margin - 1e-9) / 1000)}`;
}

/** A share, or the range of several: `50 %`, `50 to 90 %`. */
export function shareText([least, most]: readonly [number, number]): string {
  const [from, to] = [percent(least, 0), percent(most, 0)];
  return from === to ? from : `${from.replace(`${SPACE}%`, '')} to ${to}`;
}

/** What an effect rests on: interval, blocks, pairs of runs. */
export function evidenceText(effect: Effect, blockName: string): string {
  const basis = `${count(effect.blocks, 'block')} (${blockName}), ${count(effect.pairs, 'pair')} of runs`;
  return effect.interval === null
    ? `${basis}: too few for an interval`
    : `95${SPACE}% interval ${rangeText(effect.interval)} over ${basis}`;
}

/** A number with its noun, in the plural where it is not one. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en-US')} ${noun}${number === 1 ? '' : 's'}`;
}

/** `a, b and c`. */
export function listText(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** How many times as large as persistence's an error is: `1.52 times`. */
export function timesText(relative: number): string {
  return `${(1 + relative).toFixed(Math.abs(relative) < 0.05 ? 3 : 2)} times`;
}

/** Seconds as people say them. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)}${SPACE}s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)}${SPACE}min`;
  return `${amount(seconds / 3600)}${SPACE}h`;
}

/** An average rank. */
export function rankText(rank: number): string {
  return rank.toFixed(2);
}
