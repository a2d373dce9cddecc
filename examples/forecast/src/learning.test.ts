import { expect, it } from 'vitest';
import { watchLearning } from './learning.js';

const plan = { learningRate: 0.8, epochs: 100, patience: 10, from: 3 };

/** Sees errores until the training ends; answers the step size of each epoch, and how it ended. */
function learn(errores: (epoch: number) => number, changes: Partial<typeof plan> = {}) {
  const learning = watchLearning({ ...plan, ...changes });
  const rates: number[] = [];
  for (let epoch = 0; learning.ending === null; epoch += 1) {
    rates.push(learning.learningRate);
    learning.see(epoch, errores(epoch));
  }
  return { rates, ending: learning.ending };
}

it('goes on for as long as the error falls, with steps of one size', () => {
  const { rates, ending } = learn((epoch) => 0.99 ** epoch, { epochs: 40 });
  expect(rates).toEqual(Array.from({ length: 40 }, () => 0.8));
  expect(ending).toBe('epochs');
});

it('halves its steps where the error stands still, and ends where that brings nothing', () => {
  const { rates, ending } = learn((epoch) => (epoch < 6 ? 6 - epoch : 1));
  // The last gain is that of epoch 5.
  expect(rates.map((rate) => rate / 0.8)).toEqual([...Array(10).fill(1), ...Array(4).fill(0.5), 0.25, 0.25]);
  expect(ending).toBe('learned');
});

it('takes less than a quarter of a per cent for no gain', () => {
  expect(learn((epoch) => 0.9998 ** epoch).ending).toBe('learned');
  expect(learn((epoch) => 0.997 ** epoch).ending).toBe('epochs');
});

it('counts from the first epoch that counts', () => {
  expect(learn(() => 1, { from: 20 }).rates).toHaveLength(31);
});

it('sees no gain in an epoch that cannot be picked', () => {
  const learning = watchLearning({ ...plan, patience: 1 });
  learning.see(0, 1, false);
  learning.see(3, 2);
  expect(learning.ending).toBeNull();
  learning.see(4, 2);
  expect(learning.ending).toBe('learned');
});
