import { describe, expect, it } from 'vitest';
import { equivalence, equivalenceInterval } from './equivalence.js';
import { expectDigits } from './testing/expect-digits.js';
import { fromScipy } from './testing/fixtures.js';

describe('equivalence', () => {
  it('agrees with SciPy’s one-sided t-tests', () => {
    const { tests } = fromScipy();
    expect(tests.length).toBeGreaterThan(50);
    for (const { values, low, high, pLow, pHigh } of tests) {
      const ours = equivalence(values, { low, high });
      expectDigits(ours.pLow, pLow, 1e-9);
      expectDigits(ours.pHigh, pHigh, 1e-9);
      expect(ours.p).toBe(Math.max(ours.pLow, ours.pHigh));
      expect(ours.degrees).toBe(values.length - 1);
    }
  });

  it('is certain of values that are all alike, but for the bound itself', () => {
    expect(equivalence([1, 1, 1], { low: 0, high: 2 }).p).toBe(0);
    expect(equivalence([1, 1, 1], { low: 0, high: 0.5 }).p).toBe(1);
    expect(equivalence([1, 1, 1], { low: 0, high: 1 }).p).toBe(0.5);
  });

  it('refuses one value, NaN and bounds out of order', () => {
    expect(() => equivalence([1], { low: 0, high: 2 })).toThrow(RangeError);
    expect(() => equivalence([1, Number.NaN], { low: 0, high: 2 })).toThrow(RangeError);
    expect(() => equivalence([1, 2], { low: 2, high: 2 })).toThrow(
      new RangeError('bounds must be low < high, got 2 and 2'),
    );
  });
});

describe('equivalenceInterval', () => {
  it('has for its further end the least margin at which SciPy’s tests show equivalence', () => {
    const { margins } = fromScipy();
    expect(margins.length).toBeGreaterThan(50);
    for (const { values, confidence, margin } of margins) {
      const { low, high } = equivalenceInterval(values, confidence)!;
      expectDigits(Math.max(Math.abs(low), Math.abs(high)), margin, 1e-8);
    }
  });

  it('is what the tests agree with, on either side of it', () => {
    const values = [-0.021, 0.004, -0.013, -0.002, 0.011];
    const { low, high } = equivalenceInterval(values, 0.95)!;
    expect(equivalence(values, { low: low - 1e-6, high: high + 1e-6 }).p).toBeLessThan(0.05);
    expect(equivalence(values, { low: low + 1e-6, high: high + 1e-6 }).p).toBeGreaterThan(0.05);
    expect(equivalence(values, { low: low - 1e-6, high: high - 1e-6 }).p).toBeGreaterThan(0.05);
  });

  it('is none for one value, and refuses a confidence of a half', () => {
    expect(equivalenceInterval([3])).toBeNull();
    expect(() => equivalenceInterval([1, 2], 0.5)).toThrow(RangeError);
  });
});
