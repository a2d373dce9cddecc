import { expect, it } from 'vitest';
import { invert, upperFactor } from './cholesky.js';

it('inverts', () => {
  const inverse = invert(Float64Array.of(4, 2, 0, 2, 5, 4, 0, 4, 9), 3);
  // By cofactors: the determinant is 80.
  const expected = [29, -18, 8, -18, 36, -16, 8, -16, 16].map((cofactor) => cofactor / 80);
  inverse.forEach((value, i) => {
    expect(value).toBeCloseTo(expected[i]!, 12);
  });
});

it('factors into Uᵀ U', () => {
  expect([...upperFactor(Float64Array.of(4, 2, 0, 2, 5, 4, 0, 4, 5), 3)]).toEqual([
    2, 1, 0, 0, 2, 2, 0, 0, 1,
  ]);
});

it('refuses what is not positive definite', () => {
  expect(() => invert(Float64Array.of(1, 2, 2, 1), 2)).toThrow('positive definite');
});
