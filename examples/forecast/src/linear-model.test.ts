import { createRandom } from '@synaprune/examples-kit/random';
import type { Dataset, Windows } from '@synaprune/examples-kit/series/windows';
import { expect, it } from 'vitest';
import { fitLinearModel } from './linear-model.js';

const random = createRandom(3, 'linear');

/** Windows of two rows and one feature whose target is `2 · first − 3 · second + 1`, and some noise. */
function part(count: number, noise: number): Windows {
  const inputs = Float32Array.from({ length: 2 * count }, () => random.normal());
  const targets = Float32Array.from(
    { length: count },
    (_, i) => 2 * inputs[2 * i]! - 3 * inputs[2 * i + 1]! + 1 + noise * random.normal(),
  );
  const reference = Float64Array.from({ length: count }, () => 50);
  const truth = reference.map((value, i) => value + 10 * targets[i]!);
  return { inputs, targets, reference, truth } as unknown as Windows;
}

const dataset = (noise: number) =>
  ({
    length: 2,
    features: ['value'],
    changeSize: 10,
    train: part(400, noise),
    validation: part(100, noise),
    test: part(100, noise),
  }) as unknown as Dataset;

it('finds a weighted sum again, in the unit of the target', () => {
  const model = fitLinearModel(dataset(0))!;
  expect(model.weights).toBe(3);
  expect(model.ridge).toBe(1e-6);
  expect(model.mae).toBeLessThan(1e-3);
});

it('errs by as much as the noise is large', () => {
  // The mean absolute value of normal noise is √(2/π) of its deviation, here 0.5 · 10.
  expect(fitLinearModel(dataset(0.5))!.mae / (5 * Math.sqrt(2 / Math.PI))).toBeCloseTo(1, 0);
});

it('is left out where there are too many inputs to solve for', () => {
  expect(fitLinearModel({ ...dataset(0), length: 1001 })).toBeNull();
});
