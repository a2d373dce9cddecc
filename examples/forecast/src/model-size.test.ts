import { expect, it } from 'vitest';
import { narrowUnits, numbersOf } from './model-size.js';

it('counts the numbers of an LSTM and its linear unit', () => {
  // Two inputs, three units: four gates of (2 + 3) · 3 weights and 3 biases, and 3 weights and a bias on top.
  expect(numbersOf(2, 3)).toEqual({ kernels: 63, biases: 13 });
});

it('finds the width that comes nearest to what pruning leaves', () => {
  // 11 inputs, 32 units: 5,536 weights, of which 1,661 are left, and 129 biases; 15 units have 1,636 numbers, 16 have 1,809.
  expect(narrowUnits(11, 32, 0.7)).toBe(16);
  expect(narrowUnits(11, 32, 0)).toBe(32);
  expect(narrowUnits(11, 1, 0.99)).toBe(1);
});
