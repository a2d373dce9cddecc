import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { momentsOf, rootMeanSquareOf, scaleOf } from './moments.js';

describe('moments', () => {
  it('are those of a case by hand, missing values left out', () => {
    expect(momentsOf(Float64Array.of(2, Number.NaN, 4, 6))).toEqual({ mean: 4, deviation: Math.sqrt(8 / 3) });
    expect(rootMeanSquareOf(Float64Array.of(3, Number.NaN, -4))).toBeCloseTo(Math.sqrt(12.5), 14);
  });

  it('follow the unit of the values over 600 orders of magnitude', () => {
    const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(values, fc.constantFrom(2 ** 990, 2 ** -990), (numbers, unit) => {
        const [small, scaled] = [numbers, numbers.map((value) => value * unit)].map((list) =>
          momentsOf(Float64Array.from(list)),
        );
        expect(scaled!.mean / unit).toBeCloseTo(small!.mean, 8);
        expect(scaled!.deviation / unit).toBeCloseTo(small!.deviation, 8);
      }),
    );
  });

  it('see that 0.1 in every row does not vary, though its mean is not 0.1', () => {
    expect(scaleOf(new Float64Array(7).fill(0.1))).toBeNull();
    expect(scaleOf(new Float64Array(7))).toBeNull();
    expect(scaleOf(Float64Array.of(1, 3))).toEqual({ centre: 2, size: 1 });
  });
});
