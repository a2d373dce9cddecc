import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatOfMagnitude, magnitudeOf } from './magnitude.js';

describe('magnitudeOf', () => {
  it('ranks zeros, subnormals, normals, infinity and NaN in this order', () => {
    const ascending = [0, 1.4e-45, 1.1754943508222875e-38, 1, -2, Number.POSITIVE_INFINITY, Number.NaN];
    const magnitudes = ascending.map(magnitudeOf);
    expect(magnitudes).toEqual([...magnitudes].sort((a, b) => a - b));
    expect(new Set(magnitudes).size).toBe(ascending.length);
  });

  it('ties -0 with +0', () => {
    expect(magnitudeOf(-0)).toBe(0);
  });

  it('orders finite float32 as their absolute values do', () => {
    const float = fc.float({ noNaN: true });
    fc.assert(
      fc.property(float, float, (a, b) => {
        expect(Math.sign(magnitudeOf(a) - magnitudeOf(b))).toBe(Math.sign(Math.abs(a) - Math.abs(b)) || 0);
      }),
    );
  });
});

describe('floatOfMagnitude', () => {
  it('gives the absolute value back', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true }), (a) => floatOfMagnitude(magnitudeOf(a)) === Math.abs(a)),
    );
  });

  it.each([-1, 0.5, 2 ** 31])('refuses %s', (magnitude) => {
    expect(() => floatOfMagnitude(magnitude)).toThrow(RangeError);
  });
});
