import { expect, it } from 'vitest';
import { initialWeights } from './initial-weights.js';

it('recurrent weights start orthogonal, forget gates open', () => {
  const { recurrentKernel, bias } = initialWeights(3, 8, 42);
  const row = (i: number) => recurrentKernel.subarray(i * 32, (i + 1) * 32);
  for (let i = 0; i < 8; i += 1) {
    for (let j = 0; j < 8; j += 1) {
      const product = row(i).reduce((sum, value, k) => sum + value * row(j)[k]!, 0);
      expect(product).toBeCloseTo(i === j ? 1 : 0, 5);
    }
  }
  expect([...bias.subarray(0, 24)]).toEqual([...Array(8).fill(0), ...Array(8).fill(1), ...Array(8).fill(0)]);
});
