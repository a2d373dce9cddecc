import { expect, it } from 'vitest';
import { roundingError } from './rounding-error.js';

it('is the largest difference, and how long all are together as a share of the values', () => {
  expect(roundingError(Float32Array.of(3, 4, 0), Float32Array.of(3, 1, 4))).toEqual({
    largest: 4,
    relative: 1,
  });
  expect(roundingError(Float32Array.of(0), Float32Array.of(0))).toEqual({ largest: 0, relative: 0 });
});
