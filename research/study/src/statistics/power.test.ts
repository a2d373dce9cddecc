import { describe, expect, it } from 'vitest';
import { valuesToTell } from './power.js';

describe('valuesToTell', () => {
  // One-sample t-tests at .05 on both sides, as G*Power 3.1 gives them.
  it.each([
    [0.2, 0.8, 199],
    [0.5, 0.8, 34],
    [0.8, 0.8, 15],
    [1, 0.8, 10],
  ])(
    'takes for an effect of %d deviations and a power of %d the values of the tables: %d',
    (effect, power, n) => {
      const values = [-1, 1, -1, 1].map((sign) => (sign * Math.sqrt(3)) / 2);
      expect(valuesToTell(values, effect, power)).toBe(n);
    },
  );

  it('takes one more than the exact test at most', () => {
    const values = [-1, 1, -1, 1].map((sign) => (sign * Math.sqrt(3)) / 2);
    // G*Power: 54.
    expect(Math.abs(valuesToTell(values, 0.5, 0.95)! - 54)).toBeLessThanOrEqual(1);
  });

  it('takes two where values do not spread, and says where a million would not do', () => {
    expect(valuesToTell([3, 3, 3], 0.01)).toBe(2);
    expect(valuesToTell([-1, 1], 1e-6)).toBeNull();
  });

  it('refuses one value, and a difference of nothing', () => {
    expect(() => valuesToTell([1], 1)).toThrow(RangeError);
    expect(() => valuesToTell([1, 2], 0)).toThrow('difference must be above 0, got 0');
  });
});
