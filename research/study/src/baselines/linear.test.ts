import { expect, it } from 'vitest';
import { keptDigits, lastWindows } from '../protocols/stretch.js';
import { toyTask } from '../training/testing/toy-task.js';
import { fitLinear } from './linear.js';

it('forecasts a sum of two waves, which four rows determine', () => {
  // x(t) of two frequencies is a weighted sum of its last four values, whatever they are.
  const task = toyTask();
  const { baseline, test } = fitLinear(task);
  expect(baseline).toMatchObject({ weights: 9, rows: 4 });
  expect(baseline.score.mae).toBeLessThan(0.05);
  expect(test).toHaveLength(task.test.count);
  expect(Math.abs(test.at(-1)! - task.test.truth.at(-1)!)).toBeLessThan(0.2);
});

it('keeps the end of a part, with the digits of a float32', () => {
  const { test } = toyTask();
  const end = lastWindows(test, 10);
  expect(end.count).toBe(10);
  expect(end.truth).toEqual(test.truth.slice(-10));
  expect(end.inputs).toHaveLength(10 * 4 * 2);
  expect(lastWindows(test, 1e6).count).toBe(test.count);
  expect(keptDigits([1 / 3])).toEqual([0.3333333]);
});
