import { expect, it } from 'vitest';
import { pruneByMagnitude, pruneByWanda } from './wanda.js';

const gram = Float64Array.of(100, 0, 0, 0, 1, 0, 0, 0, 1);

it('weighs by the length of the input, within each row, and changes nothing that stays', () => {
  const matrix = Float32Array.of(1, 2, 3, 0.25, 1, 2);
  pruneByWanda(matrix, 2, gram, 1 / 3);
  expect([...matrix]).toEqual([1, 0, 3, 0.25, 0, 2]);
});

it('takes the least of all rows by magnitude alone, the earlier of equals', () => {
  const matrix = Float32Array.of(1, -2, 3, 0.25, 1, 2);
  pruneByMagnitude(matrix, 2, gram, 1 / 3);
  expect([...matrix]).toEqual([0, -2, 3, 0, 1, 2]);
});
