import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ridgeRegression } from './ridge-regression.js';

const cases = JSON.parse(readFileSync(new URL('fixtures/numpy-ridge.json', import.meta.url), 'utf8')) as {
  readonly ridge: number;
  readonly inputs: number[][];
  readonly targets: number[];
  readonly weights: number[];
}[];

it('agrees with NumPy’s least squares, with inputs that nearly repeat and with fewer rows than inputs', () => {
  expect(cases).toHaveLength(9);
  for (const { ridge, inputs, targets, weights } of cases) {
    const fit = ridgeRegression(targets, inputs[0]!.length, (row, into) => into.set(inputs[row]!))(ridge);
    expect(fit.weights).toHaveLength(weights.length);
    weights.forEach((weight, i) => {
      expect(fit.weights[i]).toBeCloseTo(weight, 8);
    });
  }
});

it('forecasts the weighted sum and the constant', () => {
  // Two points of y = 2x + 1, at almost no charge.
  const fit = ridgeRegression([1, 5], 1, (row, into) => into.set([2 * row]))(1e-12);
  expect(fit.forecast([10])).toBeCloseTo(21, 6);
});
