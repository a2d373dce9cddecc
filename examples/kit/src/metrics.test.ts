import { describe, expect, it } from 'vitest';
import { deviationOf, errorsOf, meanOf, pairedDifference } from './metrics.js';

describe('errorsOf', () => {
  it('is MAE and RMSE by hand', () => {
    // Errors 1, −2, 3: MAE 6/3, RMSE √(14/3).
    const { mae, rmse } = errorsOf([2, 0, 6], [1, 2, 3]);
    expect(mae).toBe(2);
    expect(rmse).toBeCloseTo(2.160246899469287, 12);
  });

  it('leaves out pairs without a number', () => {
    expect(errorsOf([1, Number.NaN, 5], [2, 2, 2]).mae).toBe(2);
    expect(errorsOf([Number.NaN], [1]).mae).toBeNaN();
  });
});

describe('the spread of seeds', () => {
  it('is the sample standard deviation', () => {
    expect(meanOf([2, 4, 9])).toBe(5);
    expect(deviationOf([2, 4, 9])).toBeCloseTo(3.605551275463989, 12);
    expect(deviationOf([7])).toBe(0);
  });

  it('has a 95 % interval by Student’s t over pairs', () => {
    // Differences 1, 2, 3: mean 2, deviation 1, half-width 4.303 / √3.
    const { mean, interval } = pairedDifference([11, 22, 33], [10, 20, 30]);
    expect(mean).toBe(2);
    expect(interval?.[0]).toBeCloseTo(2 - 2.484338, 5);
    expect(interval?.[1]).toBeCloseTo(2 + 2.484338, 5);
  });

  it('has no interval for one pair', () => {
    expect(pairedDifference([3], [1])).toEqual({ mean: 2, interval: null });
  });
});
