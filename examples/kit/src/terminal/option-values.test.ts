import { describe, expect, it } from 'vitest';
import { fraction, integer, list } from './option-values.js';

describe('a whole number', () => {
  it('is digits alone, within its range', () => {
    expect(integer(2, 30)('30')).toBe(30);
    for (const text of ['1', '31', '', '-3', '3.0', '0x3', '1e1', ' 3']) {
      expect(() => integer(2, 30)(text), text).toThrow('Needed an integer from 2 to 30.');
    }
  });
});

describe('a fraction', () => {
  it('starts at 0 and ends before 1', () => {
    expect([fraction('0'), fraction('0.999'), fraction('5e-1')]).toEqual([0, 0.999, 0.5]);
    for (const text of ['1', '-0.1', '', ' ', 'x', `0.${'1'.repeat(50)}`]) {
      expect(() => fraction(text), text).toThrow('Needed a number from 0 up to, not including, 1.');
    }
  });
});

it('a list has what stands between commas, without the spaces around it', () => {
  expect(list('a, b ,c')).toEqual(['a', 'b', 'c']);
});
