import { expect, it } from 'vitest';
import { meanDifference, orientationOf, readOrientationModel } from './orientation-model.js';

it('takes the likelier of upright and turned for the answer', () => {
  expect(orientationOf(Float32Array.of(0.75, 0.25))).toEqual({ text: 'upright', turned: 0.25 });
  expect(orientationOf(Float32Array.of(0.25, 0.75))).toEqual({ text: 'turned', turned: 0.75 });
});

it('measures the distance as the mean difference of probabilities, whatever its sign', () => {
  const answers = (...turned: number[]) => turned.map((value) => ({ text: '', turned: value }));
  expect(meanDifference(answers(0.5, 1, 0), answers(0.75, 0.5, 0))).toBe(0.25);
});

it('counts as wrong the lines whose orientation is told wrong', () => {
  const { error } = readOrientationModel();
  expect(error(['turned', 'upright', 'turned', 'turned'], ['turned', 'upright', 'turned', 'upright'])).toBe(
    0.25,
  );
});
