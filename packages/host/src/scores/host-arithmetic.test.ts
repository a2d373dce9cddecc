import { rankSigned } from '@synaprune/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { broadcastTo, hostArithmetic } from './host-arithmetic.js';

const { add, multiply, scalar, subtract, whereAtLeast, abs } = hostArithmetic;
const list = (values: readonly number[]) => ({ shape: [values.length], values: Float32Array.from(values) });

describe('hostArithmetic', () => {
  it('broadcasts rows and columns as numpy does', () => {
    const matrix = { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) };
    const column = { shape: [2, 1], values: Float32Array.of(10, 20) };
    const row = list([1, 2, 3]);
    expect(add(matrix, column)).toEqual({ shape: [2, 3], values: Float32Array.of(11, 12, 13, 24, 25, 26) });
    expect(multiply(column, row)).toEqual({ shape: [2, 3], values: Float32Array.of(10, 20, 30, 20, 40, 60) });
    expect(broadcastTo(scalar(7), [2, 2]).values).toEqual(Float32Array.of(7, 7, 7, 7));
    expect(() => add(matrix, list([1, 2]))).toThrow('the shapes [2,3] and [2] do not broadcast together');
  });

  it('rounds every operation to float32, once', () => {
    const [a, b] = [Math.fround(0.1), Math.fround(0.7)];
    expect(multiply(scalar(0.1), scalar(0.7)).values[0]).toBe(Math.fround(a * b));
    expect(subtract(scalar(0.1), scalar(0.7)).values[0]).toBe(Math.fround(a - b));
    expect(abs(scalar(-0)).values[0]).toBe(0);
  });

  it('chooses, so that nothing of what is not chosen comes through', () => {
    const chosen = whereAtLeast(
      list([1, Number.NaN, -1]),
      scalar(0),
      list([5, 6, 7]),
      list([Number.NaN, 8, 9]),
    );
    expect([...chosen.values]).toEqual([5, 8, 9]);
  });
});

/** Arithmetic may make a NaN quiet, and no more is promised of it. */
const sameNaN = (bits: number): number => ((bits & 0x7fffffff) > 0x7f800000 ? bits | 0x400000 : bits);

describe('rankSigned', () => {
  const ranked = (values: readonly number[]) => [...rankSigned(hostArithmetic, list(values)).values];

  it('has the order of the values, exactly, between 2⁻⁶³ and 2⁶²', () => {
    const value = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ min: -1, max: 1, noNaN: true }),
    );
    const bounded = (x: number) => (Math.abs(x) <= 2 ** -63 ? 0 : Math.max(-(2 ** 62), Math.min(2 ** 62, x)));
    fc.assert(
      fc.property(value, value, (x, y) => {
        const [a, b] = ranked([x, y]);
        expect(Math.sign(a! - b!)).toBe(Math.sign(bounded(x) - bounded(y)));
      }),
      { numRuns: 3000 },
    );
  });

  it('is in whole numbers what it is made of otherwise, bit for bit', () => {
    const { rankSigned: _, ...others } = hostArithmetic;
    const edges = [0, 64, 128, 189, 190, 255].flatMap((exponent) =>
      [-1, 0, 1].flatMap((by) => [(exponent << 23) + by, ((exponent << 23) + by) | 0x80000000]),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.integer(), fc.constantFrom(...edges)), { minLength: 1 }), (bits) => {
        const values = new Float32Array(Int32Array.from(bits).buffer);
        const value = { shape: [values.length], values };
        const [own, made] = [rankSigned(hostArithmetic, value), rankSigned(others, value)];
        expect(own.shape).toEqual(made.shape);
        expect([...new Int32Array(own.values.buffer)].map(sameNaN)).toEqual(
          [...new Int32Array(made.values.buffer)].map(sameNaN),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('tells neighbours apart, on both sides of zero and at every exponent', () => {
    for (let exponent = -62; exponent <= 61; exponent += 1) {
      const size = 2 ** exponent;
      const rising = [size, size * (1 + 2 ** -23), size * (2 - 2 ** -23), size * 2];
      const values = [...rising.map((x) => -x).reverse(), ...rising];
      const magnitudes = ranked(values);
      expect(magnitudes.every((rank, i) => i === 0 || rank > magnitudes[i - 1]!)).toBe(true);
    }
  });

  it('gives magnitudes above 2⁻¹²⁶, so that no device takes one for zero, and NaN for NaN', () => {
    const edges = ranked([
      Number.NEGATIVE_INFINITY,
      -(2 ** 62),
      0,
      2 ** 62,
      Number.POSITIVE_INFINITY,
      Number.NaN,
    ]);
    expect(edges.slice(0, 5).every((rank) => rank > 2 ** -126 && Number.isFinite(rank))).toBe(true);
    expect(edges[5]).toBeNaN();
  });
});
