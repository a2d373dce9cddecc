import { expect, it } from 'vitest';
import { floatOfHalf } from './float16.js';

it.each([
  ['0', 0x0000, 0],
  ['-0', 0x8000, -0],
  ['the smallest', 0x0001, 2 ** -24],
  ['the largest subnormal', 0x03ff, 1023 * 2 ** -24],
  ['the smallest normal', 0x0400, 2 ** -14],
  ['1', 0x3c00, 1],
  ['-1.5', 0xbe00, -1.5],
  ['a third, as near as it gets', 0x3555, 0.333251953125],
  ['the largest', 0x7bff, 65504],
  ['infinity', 0x7c00, Number.POSITIVE_INFINITY],
  ['-infinity', 0xfc00, Number.NEGATIVE_INFINITY],
  ['NaN', 0x7e00, Number.NaN],
  ['NaN with a sign', 0xfc01, Number.NaN],
])('knows %s', (_, bits, value) => {
  expect(floatOfHalf(bits)).toBe(value);
});
