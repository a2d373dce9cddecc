import { expect, it } from 'vitest';
import { sparing } from './windows.js';

it('keeps one of three windows where all of them would be 80 million numbers', () => {
  const { thin, remarks } = sparing(1_000_000, 10, 8);
  expect(Array.from(thin(Int32Array.of(5, 6, 7, 8, 9, 10, 11)))).toEqual([5, 8, 11]);
  expect(remarks).toEqual(['one of 3 windows of each part is used, to spare memory']);
});

it('keeps all windows of 32 million numbers, and says nothing', () => {
  const { thin, remarks } = sparing(400_000, 10, 8);
  expect(Array.from(thin(Int32Array.of(5, 6)))).toEqual([5, 6]);
  expect(remarks).toEqual([]);
});
