import { describe } from './legible.js';
import { didYouMean } from './require.js';

/** When masks are brought up to date: before every epoch, or before every n-th optimizer step; `batch` is each. */
export type Every = 'epoch' | 'batch' | number;

/** @throws TypeError unless `every` is `epoch`, `batch` or a positive integer */
export function requireEvery(caller: string, every: unknown): asserts every is Every {
  if (every === 'epoch' || every === 'batch') return;
  if (typeof every === 'number' && Number.isInteger(every) && every > 0) return;
  const got = `${describe(every)}${didYouMean(every, ['epoch', 'batch'])}`;
  throw new TypeError(`${caller} needs every to be 'epoch', 'batch' or a positive integer, got ${got}`);
}
