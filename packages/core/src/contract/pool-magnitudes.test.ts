import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INFINITY_MAGNITUDE, magnitudeOf, QUIET_NAN_MAGNITUDE } from './magnitude.js';
import { poolMagnitudes } from './pool-magnitudes.js';

const of = (...values: number[]) => values.map(magnitudeOf);

describe('poolMagnitudes', () => {
  it('gives mean, largest and norm of worked cases', () => {
    expect(poolMagnitudes(of(1, -2, 3, -6), 'mean')).toBe(magnitudeOf(3));
    expect(poolMagnitudes(of(1, -2, 3, -6), 'max')).toBe(magnitudeOf(6));
    expect(poolMagnitudes(of(2, -3, 6), 'l2')).toBe(magnitudeOf(7));
    expect(poolMagnitudes(of(5), 'l2')).toBe(magnitudeOf(5));
    expect(poolMagnitudes(of(9, 9, 1), 'mean', 2)).toBe(magnitudeOf(9));
  });

  it('rounds towards zero: 2/3 ends in …aa, not …ab', () => {
    expect(poolMagnitudes(of(1, 1, 0), 'mean').toString(16)).toBe('3f2aaaaa');
    expect(poolMagnitudes(of(1, 1), 'l2').toString(16)).toBe('3fb504f3');
  });

  it('counts what a sum in float64 would lose', () => {
    // 2¹⁰⁰ and four times 2⁴⁷ less than the next float32 up: only together they reach it.
    const large = 2 ** 100;
    const step = 2 ** 77;
    const parts = Array.from({ length: 4 }, () => step / 4);
    expect(poolMagnitudes(of(large, ...parts, 0, 0, 0), 'mean')).toBe(magnitudeOf((large + step) / 8));
    const tiny = of(large, step - 2 ** 53, 2 ** -149, 0);
    expect(poolMagnitudes(tiny, 'mean')).toBe(magnitudeOf(large / 4));
  });

  it('is the quiet NaN with a NaN, infinite with an infinity, and no more than the largest float', () => {
    expect(poolMagnitudes(of(1, Number.NaN, Infinity), 'mean')).toBe(QUIET_NAN_MAGNITUDE);
    expect(poolMagnitudes([0x7fffffff, 0], 'max')).toBe(QUIET_NAN_MAGNITUDE);
    expect(poolMagnitudes(of(1, -Infinity), 'l2')).toBe(INFINITY_MAGNITUDE);
    const huge = 0x7f7fffff;
    expect(poolMagnitudes([huge, huge], 'l2')).toBe(huge);
    expect(poolMagnitudes([huge, huge], 'mean')).toBe(huge);
  });

  it('keeps subnormals, and 0 for what is below them', () => {
    expect(poolMagnitudes([3, 2], 'mean')).toBe(2);
    expect(poolMagnitudes([1, 0], 'mean')).toBe(0);
    expect(poolMagnitudes([3, 4], 'l2')).toBe(5);
  });

  it('is exact where what the sum loses cancels out, and what adding that up loses does not', () => {
    // Each power of two but the first doubles the last bit of 1 + 2^-51, so that the sum ends at 1 + 2^-22 in float64.
    const doubling = Array.from({ length: 29 }, (_, i) => 2 ** (i - 51));
    const small = [2 ** -54, 1.5 * 2 ** -107, 2 ** -76 - 2 ** -100, 2 ** -100 - 2 ** -106];
    const list = [1, ...small, 2 ** -53 + 2 ** -54, 2 ** -52 - 2 ** -76, ...doubling];
    const padded = [...list, ...Array<number>(64 - list.length).fill(0)].map(magnitudeOf);
    // In truth it is 2^-108 less, so that the mean is a little less than (1 + 2^-22) / 64.
    expect(poolMagnitudes(padded, 'mean')).toBe(magnitudeOf((1 + 2 ** -22) / 64) - 1);
  });

  it('is the exact value rounded down, whatever the order', () => {
    const magnitude = fc.oneof(
      fc.integer({ min: 0, max: INFINITY_MAGNITUDE - 1 }),
      fc.integer({ min: 0x3f000000, max: 0x3f800010 }),
      fc.constantFrom(0, 1, 0x00800000, 0x7f7fffff),
    );
    fc.assert(
      fc.property(
        fc.array(magnitude, { minLength: 1, maxLength: 40 }),
        fc.constantFrom('mean' as const, 'l2' as const),
        (list, pooling) => {
          const got = poolMagnitudes(list, pooling);
          expect(poolMagnitudes([...list].reverse(), pooling)).toBe(got);
          const exact = list.map(scaled);
          const n = BigInt(list.length);
          const [sum, below, above] =
            pooling === 'mean'
              ? [exact.reduce((a, b) => a + b, 0n), scaled(got) * n, scaled(got + 1) * n]
              : [exact.reduce((a, b) => a + b * b, 0n), scaled(got) ** 2n, scaled(got + 1) ** 2n];
          expect(below <= sum).toBe(true);
          if (got < 0x7f7fffff) expect(above > sum).toBe(true);
        },
      ),
    );
  });
});

/** A magnitude in units of 2⁻¹⁴⁹, by the float64's own bits rather than the float32's. */
function scaled(magnitude: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setUint32(0, magnitude);
  bits.setFloat64(0, bits.getFloat32(0));
  const raw = bits.getBigUint64(0);
  const exponent = Number(raw >> 52n);
  if (exponent === 0) return 0n;
  const shift = exponent - 1075 + 149;
  const mantissa = (raw & 0xfffffffffffffn) | 0x10000000000000n;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}
