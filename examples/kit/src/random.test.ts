import { expect, it } from 'vitest';
import { initialWeights } from './initial-weights.js';
import { createRandom, shuffled } from './random.js';

it('draws repeat for a seed and differ between seeds and labels', () => {
  const draw = (seed: number, label: string) => {
    const random = createRandom(seed, label);
    return [random.uniform(), random.uniform(), random.normal()];
  };
  expect(draw(42, 'a')).toEqual(draw(42, 'a'));
  expect(draw(42, 'a')).not.toEqual(draw(43, 'a'));
  expect(draw(42, 'a')).not.toEqual(draw(42, 'b'));
});

it('uniform draws fill [0, 1) evenly', () => {
  const random = createRandom(7, 'even');
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 100_000; i += 1) counts[Math.floor(random.uniform() * 10)]! += 1;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

it('a shuffle is a permutation', () => {
  const order = shuffled(1000, createRandom(1, 'shuffle'));
  expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  expect([...order.subarray(0, 5)]).not.toEqual([0, 1, 2, 3, 4]);
});

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
