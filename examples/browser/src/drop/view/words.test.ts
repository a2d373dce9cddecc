import { expect, it } from 'vitest';
import { bytesChange, countOf, shareText, speedText } from './words';

/** With the spaces that hold numbers and units together as plain ones. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

it('names the unit of two sizes once where they share it', () => {
  expect(plain(bytesChange(69_100, 40_500))).toBe('69.1 → 40.5 kB');
  expect(plain(bytesChange(1_020_000, 940_000))).toBe('1.02 MB → 940 kB');
  expect(plain(bytesChange(1200, 900))).toBe('1.20 kB → 900 B');
});

it('counts one of something as one', () => {
  expect([0, 1, 2, 1200].map((count) => countOf(count, 'group'))).toEqual([
    '0 groups',
    '1 group',
    '2 groups',
    '1,200 groups',
  ]);
});

it('says a share as short as it can be said, and never all or nothing of what is not', () => {
  expect([0, 0.0002, 0.3, 0.875, 0.9999, 1].map((share) => plain(shareText(share)))).toEqual([
    '0 %',
    '< 0.1 %',
    '30 %',
    '87.5 %',
    '> 99.9 %',
    '100 %',
  ]);
});

it('has a word for what no clock shows, and no figure for what scatters', () => {
  const timed = { before: 3, after: 2, speedup: 1.5, rounds: 5, scattered: false };
  expect(plain(speedText(timed))).toBe('1.5 ×');
  expect(speedText({ ...timed, speedup: null })).toBe('too fast to time');
  expect(speedText({ ...timed, scattered: true })).toBe('–');
});
