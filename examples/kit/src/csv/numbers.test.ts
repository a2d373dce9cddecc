import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMissing, type NumberStyle, parseColumn, parseNumber, styleOf } from './numbers.js';

describe('numbers', () => {
  it.each<[string, NumberStyle, number]>([
    ['-1.5e3', 'plain', -1500],
    ['.5', 'plain', 0.5],
    ['2,6', 'decimal comma', 2.6],
    ['1.234.567,8', 'decimal comma', 1_234_567.8],
    ['1,234,567.8', 'thousands comma', 1_234_567.8],
    ['1e300', 'plain', 1e300],
  ])('%s in style %s is %d', (text, style, value) => {
    expect(parseNumber(text, style)).toBe(value);
  });

  it.each<[string, NumberStyle]>([
    ['1,5', 'plain'],
    ['1.5', 'decimal comma'],
    ['1,5', 'thousands comma'],
    ['0x10', 'plain'],
    ['12 kg', 'plain'],
    [',', 'decimal comma'],
    ['1e999', 'plain'],
  ])('%s in style %s is no number', (text, style) => {
    expect(parseNumber(text, style)).toBeNaN();
  });

  it('reads back every number that JavaScript writes', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber(String(value), 'plain')).toBe(Number(String(value)));
      }),
    );
  });

  it.each<[string, NumberStyle, string[]]>([
    [',', 'plain', ['1.5', '2', 'x']],
    [';', 'decimal comma', ['1,5', '2,25']],
    [';', 'plain', ['1.5', '2.25']],
    [',', 'thousands comma', ['1,234', '12,345']],
    [';', 'decimal comma', ['1,234', '12,345']],
  ])('a file with %s is %s', (delimiter, style, cells) => {
    expect(styleOf([cells], delimiter)).toBe(style);
  });

  it('takes empty cells and the usual words as missing, and counts them', () => {
    const column = parseColumn(['1', '', 'NA', 'NaN', 'null', '-', '2'], 'plain');
    expect(column).toEqual({ values: Float64Array.of(1, NaN, NaN, NaN, NaN, NaN, 2), missing: 5, texts: [] });
    expect(isMissing('0')).toBe(false);
  });

  it('looks once at a cell that begins like a number, however long it is', () => {
    // Where digits can be split in two ways, a million of them take hours.
    const digits = '1'.repeat(1e6);
    for (const style of ['plain', 'decimal comma', 'thousands comma'] as const) {
      for (const text of [
        `${digits}x`,
        `${digits}.${digits}x`,
        `1,${digits}x`,
        '1.111'.repeat(2e5),
        ' '.repeat(1e6),
      ]) {
        expect(parseNumber(text, style)).toBeNaN();
      }
      // As long as is looked at.
      expect(parseNumber(`${'1'.repeat(1199)}x`, style)).toBeNaN();
      expect(parseNumber('1'.repeat(300), style)).toBe(Number('1'.repeat(300)));
    }
  });

  it('reads a column with a tenth of text as numbers, and one with more as text', () => {
    expect(parseColumn([...Array(9).fill('1'), 'bad'], 'plain')?.texts).toEqual(['bad']);
    expect(parseColumn([...Array(8).fill('1'), 'bad'], 'plain')).toBeNull();
  });
});
