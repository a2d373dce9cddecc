import { type Errors, errorsOf } from '@synaprune/examples-kit/metrics';
import type { Dataset, Windows } from '@synaprune/examples-kit/series/windows';
import { inOriginalUnits } from './original-units.js';

/** A linear model of the same windows, by ridge regression. */
export interface LinearModel extends Errors {
  /** Its numbers, the constant among them. */
  readonly weights: number;
  /** What its squared weights cost, for each training window. */
  readonly ridge: number;
  /** Mean absolute error on the validation part, which picked the ridge. */
  readonly validationMae: number;
}

/** More inputs would take longer to solve for than the networks take to train. */
const MOST_INPUTS = 1000;
const RIDGES = [1e-6, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10];

/**
 * Forecasts the same differences from the same windows by a weighted sum of their inputs: the weights that minimise
 * `Σ(forecast − target)² / n + ridge · Σ weight²` on the training part, the ridge that errs least on the validation part.
 * `null` where windows have more than 1,000 inputs.
 */
export function fitLinearModel(dataset: Dataset): LinearModel | null {
  const inputs = dataset.length * dataset.features.length;
  if (inputs > MOST_INPUTS) return null;
  const { products, targets } = normalEquations(dataset.train, inputs);
  let best: LinearModel | null = null;
  for (const ridge of RIDGES) {
    const weights = solve(products, targets, ridge);
    const errors = (part: Windows) =>
      errorsOf(inOriginalUnits(dataset, part, forecast(part.inputs, weights)), part.truth);
    const { mae: validationMae } = errors(dataset.validation);
    if (best !== null && !(validationMae < best.validationMae)) continue;
    best = { ...errors(dataset.test), weights: weights.length, ridge, validationMae };
  }
  return best;
}

/** Means over the windows of every product of two inputs, and of input and target; a 1 for the constant comes last. */
function normalEquations({ inputs, targets }: Windows, width: number) {
  const size = width + 1;
  const products = Array.from({ length: size }, () => new Float64Array(size));
  const sums = new Float64Array(size);
  const row = new Float64Array(size).fill(1);
  for (const [window, target] of targets.entries()) {
    row.set(inputs.subarray(window * width, (window + 1) * width));
    for (let i = 0; i < size; i += 1) {
      const [value, into] = [row[i]! / targets.length, products[i]!];
      sums[i]! += value * target;
      for (let j = 0; j <= i; j += 1) into[j]! += value * row[j]!;
    }
  }
  return { products, targets: sums };
}

/** Solves the equations by Cholesky's factors; the constant costs nothing. */
function solve(products: readonly Float64Array[], targets: Float64Array, ridge: number): Float64Array {
  const size = targets.length;
  const factors = products.map((row) => Float64Array.from(row));
  for (let i = 0; i < size; i += 1) {
    // What keeps the constant's own square above zero where other inputs add up to it.
    factors[i]![i]! += i + 1 < size ? ridge : 1e-9;
    for (let j = 0; j <= i; j += 1) {
      let sum = factors[i]![j]!;
      for (let k = 0; k < j; k += 1) sum -= factors[i]![k]! * factors[j]![k]!;
      factors[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / factors[j]![j]!;
    }
  }
  const solution = Float64Array.from(targets);
  for (let i = 0; i < size; i += 1) {
    for (let k = 0; k < i; k += 1) solution[i]! -= factors[i]![k]! * solution[k]!;
    solution[i]! /= factors[i]![i]!;
  }
  for (let i = size - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < size; k += 1) solution[i]! -= factors[k]![i]! * solution[k]!;
    solution[i]! /= factors[i]![i]!;
  }
  return solution;
}

function forecast(inputs: Float32Array, weights: Float64Array): Float32Array {
  const width = weights.length - 1;
  return Float32Array.from({ length: inputs.length / width }, (_, window) => {
    let sum = weights[width]!;
    for (let i = 0; i < width; i += 1) sum += weights[i]! * inputs[window * width + i]!;
    return sum;
  });
}
