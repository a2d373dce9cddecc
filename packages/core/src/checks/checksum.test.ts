import { expect, it } from 'vitest';
import { hashDigits, hashText, hashWords, keysSorted } from './checksum.js';

it.each([
  // From the authors' own list, http://www.isthe.com/chongo/tech/comp/fnv/.
  ['', '811c9dc5'],
  ['a', 'e40c292c'],
  ['foobar', 'bf9cf968'],
])('gives the published FNV-1a of "%s"', (text, digits) => {
  expect(hashDigits(hashText(text))).toBe(digits);
});

it('sees two words whose signs are flipped, and the order of words', () => {
  const of = (...words: readonly number[]) => hashWords(Int32Array.from(words));
  const flipped = -0x80000000;
  const hashes = [of(1, 2), of(1 ^ flipped, 2), of(1, 2 ^ flipped), of(1 ^ flipped, 2 ^ flipped), of(2, 1)];
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(hashWords(Int32Array.of(2), of(1))).toBe(of(1, 2));
});

it('keeps leading zeros', () => {
  expect(hashDigits(0x2a)).toBe('0000002a');
});

it('does not see the order of keys at any depth, and sees that of lists', () => {
  expect(keysSorted({ b: [{ d: 1, c: 2 }, 3], a: null })).toEqual([
    ['a', null],
    [
      'b',
      [
        [
          ['c', 2],
          ['d', 1],
        ],
        3,
      ],
    ],
  ]);
});
