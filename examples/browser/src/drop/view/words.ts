import { factor, portion } from '@synaprune/examples-kit/format';
import type { Timed } from '../state';

/** Between a number and its unit: no line ends here. */
const SPACE = '\u00a0';

/** Bytes as people read them: 812 B, 57.3 kB, 10.8 MB. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes}${SPACE}B`;
  const [value, unit] = bytes < 999_500 ? [bytes / 1e3, 'kB'] : [bytes / 1e6, 'MB'];
  return `${value.toPrecision(Math.max(3, Math.ceil(Math.log10(value))))}${SPACE}${unit}`;
}

/** What bytes became of bytes: 69.1 → 40.5 kB, 1.02 MB → 940 kB. */
export function bytesChange(before: number, after: number): string {
  const [from, to] = [bytesText(before), bytesText(after)];
  const [amount, unit] = from.split(SPACE);
  return to.endsWith(`${SPACE}${unit}`) ? `${amount} → ${to}` : `${from} → ${to}`;
}

/** So many of something: 1 group, 256 groups. */
export function countOf(count: number, one: string): string {
  return `${count.toLocaleString('en-US')} ${one}${count === 1 ? '' : 's'}`;
}

/** How fast one is beside the other, in short; `scattered` is for the reader to know, and no figure. */
export function speedText({ speedup, scattered }: Timed): string {
  if (speedup === null) return 'too fast to time';
  return scattered ? '–' : factor(speedup);
}

/** A share that is not all never reads as all, nor one that is not nothing as nothing. */
export function shareText(share: number): string {
  return portion(share).replace('.0', '');
}

/** A count in short, where many stand in one place: 940, 12.4 k, 2.67 M. */
export function shortCount(count: number): string {
  if (count < 10_000) return count.toLocaleString('en-US');
  return count < 999_500
    ? `${(count / 1e3).toPrecision(3)}${SPACE}k`
    : `${(count / 1e6).toPrecision(3)}${SPACE}M`;
}

/** How much of the first the second is. */
export function ratioText(before: number | undefined, after: number | undefined): string {
  return before === undefined || after === undefined || before === 0
    ? '–'
    : `${(after / before).toFixed(2)}${SPACE}×`;
}
