import * as tf from '@tensorflow/tfjs';
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Quantization } from '../artifacts/artifacts.js';
import { toFloat16 } from './float16.js';
import { quantiseValues } from './quantise.js';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe('quantised values, as tfjs reads them,', () => {
  const roundTrip = (values: readonly number[], dtype: Quantization['dtype']) => {
    const { quantization, bytes } = quantiseValues(Float32Array.from(values), dtype)!;
    const spec = { name: 'w', shape: [values.length], dtype: 'float32' as const, quantization };
    const { w } = tf.io.decodeWeights(bytes.buffer, [spec]);
    const read = [...w!.dataSync()];
    w!.dispose();
    return read;
  };
  const numbers = fc.array(fc.float({ min: -60_000, max: 60_000, noNaN: true }), {
    minLength: 1,
    maxLength: 40,
  });

  it('keep zeros, and nothing but zeros, at zero, whatever the type', () => {
    fc.assert(
      fc.property(numbers, fc.constantFrom('uint8', 'uint16', 'float16'), (values, dtype) => {
        const read = roundTrip(values, dtype as Quantization['dtype']);
        expect(read.map((value) => value === 0)).toEqual(values.map((value) => value === 0));
        // Whole numbers of levels know no −0.
        const sign = (value: number) => Math.sign(value) + 0;
        expect(read.map(sign)).toEqual(values.map(sign));
      }),
    );
  });

  it('are off by one level at most', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const read = roundTrip(values, 'uint8');
        const level = (Math.max(0, ...values) - Math.min(0, ...values)) / 254;
        for (const [i, value] of read.entries()) {
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(level * 1.001 + 1e-40);
        }
      }),
    );
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65_504, 0x7bff],
    [1 / 3, 0x3555],
    // Half way between two: the even one.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [1.5 * 2 ** -24, 0x0002],
    [2 ** -14 - 2 ** -26, 0x0400],
    // Rounds to zero, and is none.
    [1e-30, 0x0001],
    [-1e-30, 0x8001],
    [0, 0],
    [-0, 0x8000],
  ])('have %s as the float16 of these bits', (value, expected) => {
    expect(toFloat16(value)).toBe(expected);
  });
});

it('no other type is made, and of nothing but float32', () => {
  for (const dtype of ['int4', 'float32', 'toString', undefined, null]) {
    expect(() => quantiseValues(Float32Array.of(1, 2), dtype as never)).toThrow(
      /^quantiseValues needs dtype to be one of "float16", "uint8".* "uint16", got /,
    );
  }
  for (const values of [[1, 2], undefined, 'ab', new Float64Array(2)]) {
    expect(() => quantiseValues(values as never, 'uint8')).toThrow(
      /^quantiseValues needs values to be a Float32Array, got /,
    );
  }
});
