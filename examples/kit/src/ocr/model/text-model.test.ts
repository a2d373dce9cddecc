import { expect, it } from 'vitest';
import { readTextModel } from './text-model.js';

it('has a column for every eight pixels, of the blank, 6,623 letters and the space', () => {
  expect(readTextModel().outputShape(160)).toEqual([20, 6625]);
});

it('measures the distance in edits, for each letter that the dense model read', () => {
  const answers = (...texts: string[]) => texts.map((text) => ({ text }));
  expect(readTextModel().distance(answers('whole', 'ship'), answers('whale', 'ship'))).toBeCloseTo(1 / 9, 12);
});
