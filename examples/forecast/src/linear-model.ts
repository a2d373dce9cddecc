import { type Errors, errorsOf } from '@synaprune/examples-kit/metrics';
import { ridgeRegression } from '@synaprune/examples-kit/ridge/ridge-regression';
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
  const windowOf = (part: Windows, window: number) =>
    part.inputs.subarray(window * inputs, (window + 1) * inputs);
  const fit = ridgeRegression(dataset.train.targets, inputs, (window, into) =>
    into.set(windowOf(dataset.train, window)),
  );
  let best: LinearModel | null = null;
  for (const ridge of RIDGES) {
    const { weights, forecast } = fit(ridge);
    const errors = (part: Windows) => {
      const forecasts = part.targets.map((_, window) => forecast(windowOf(part, window)));
      return errorsOf(inOriginalUnits(dataset, part, forecasts), part.truth);
    };
    const { mae: validationMae } = errors(dataset.validation);
    if (best !== null && !(validationMae < best.validationMae)) continue;
    best = { ...errors(dataset.test), weights: weights.length, ridge, validationMae };
  }
  return best;
}
