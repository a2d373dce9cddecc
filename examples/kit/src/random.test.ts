import { expect, it } from 'vitest';
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
