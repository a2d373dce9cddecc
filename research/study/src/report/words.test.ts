import { expect, it } from 'vitest';
import { differenceText, rangeText, signedPercent } from './words.js';

const plain = (text: string) => text.replaceAll('\u00a0', ' ');

it.each([
  [-0.0714, '−7.1 %'],
  [0.02, '+2.0 %'],
  [-0.0004, '0.0 %'],
  [0.0004, '0.0 %'],
  [0, '0.0 %'],
])('%s is printed with a sign unless it rounds to nothing', (fraction, text) => {
  expect(plain(signedPercent(fraction))).toBe(text);
});

it('a range has one unit, and a difference a word for its sign', () => {
  expect(plain(rangeText([-0.0004, 0.031]))).toBe('0.0 to +3.1 %');
  expect(plain(differenceText(-0.042))).toBe('4.2 % lower');
  expect(plain(differenceText(0.0001))).toBe('no different to the digits shown');
});
