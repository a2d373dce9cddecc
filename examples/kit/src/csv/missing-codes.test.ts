import { describe, expect, it } from 'vitest';
import { findMissingCodes } from './missing-codes.js';

const found = (...values: number[]) => findMissingCodes(Float64Array.from(values)).codes;

describe('numbers that stand for "missing"', () => {
  it('finds a negative code in a column that is nowhere else negative, however wide it is', () => {
    expect(found(650, 2040, -200, 900, -200)).toEqual([{ code: -200, count: 2 }]);
  });

  it('finds a code further away than the whole range of the rest', () => {
    expect(found(-1.9, 44.6, -200, -200)).toEqual([{ code: -200, count: 2 }]);
    expect(found(-20, 10, 9999, 9999, 9999)).toEqual([{ code: 9999, count: 3 }]);
  });

  it('finds several codes', () => {
    expect(
      found(1, 2, -999, -999, -9999, -9999)
        .map(({ code }) => code)
        .sort(),
    ).toEqual([-999, -9999].sort());
  });

  it('leaves alone a code that stands only once', () => {
    expect(found(1, 2, 3, -999)).toEqual([]);
  });

  it('leaves alone a value within reach of the others', () => {
    expect(found(-150, 400, -200, -200)).toEqual([]);
    expect(found(900, 1100, 999, 999)).toEqual([]);
    expect(found(0, 998, 999, 999)).toEqual([]);
  });

  it('leaves alone numbers that are no usual code, however far away', () => {
    expect(found(1, 2, -12345, -12345)).toEqual([]);
  });

  it('puts NaN in their place and keeps the rest', () => {
    const values = Float64Array.of(1, -999, 2, -999);
    expect(findMissingCodes(values).values).toEqual(Float64Array.of(1, NaN, 2, NaN));
    expect(values[1]).toBe(-999);
  });
});
