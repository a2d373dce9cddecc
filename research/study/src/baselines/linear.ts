import { ridgeRegression } from '@synaprune/examples-kit/ridge/ridge-regression';
import type { Score } from '../run.js';
import type { Part, Task } from '../task.js';
import { inOriginalUnits, scoreOf } from '../training/score.js';

/** What a linear model of the same windows scores. */
export interface LinearBaseline {
  readonly score: Score;
  /** What the squared weights cost; the one that errs least on the validation part. */
  readonly ridge: number;
  /** Its numbers, the constant among them. */
  readonly weights: number;
  /** Rows of a window that it looks at, the latest: all of them unless that takes too long to solve. */
  readonly rows: number;
}

const RIDGES = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.03, 0.1, 0.3, 1, 3, 10];

/** Multiplications of a fit: some seconds. */
const MOST_WORK = 4e9;

/**
 * Forecasts what the networks forecast, from the windows that they see, by a weighted sum of the inputs: fitted on the
 * training part, its ridge chosen on the validation part, scored once on the test part. Nothing in it is random.
 *
 * @returns also the forecasts of the test part, in original units
 */
export function fitLinear(task: Task): { readonly baseline: LinearBaseline; readonly test: Float64Array } {
  const features = task.features.length;
  const rows = Math.max(
    1,
    Math.min(task.length, Math.floor(Math.sqrt(MOST_WORK / task.train.count) / features)),
  );
  const width = rows * features;
  const first = (task.length - rows) * features;
  const read = ({ inputs }: Part, index: number) => {
    const from = index * task.length * features + first;
    return inputs.subarray(from, from + width);
  };
  const fit = ridgeRegression(task.train.targets, width, (index, into) => into.set(read(task.train, index)));
  const candidates = RIDGES.map((ridge) => {
    const { weights, forecast } = fit(ridge);
    const forecasts = (part: Part) =>
      inOriginalUnits(
        task,
        part,
        'target',
        Float64Array.from({ length: part.count }, (_, index) => forecast(read(part, index))),
      );
    const { validation } = task;
    const { mae } = scoreOf(forecasts(validation), validation.truth, task.errorUnit);
    return { ridge, weights: weights.length, forecasts, mae };
  });
  const best = candidates.reduce((a, b) => (b.mae < a.mae ? b : a));
  const test = best.forecasts(task.test);
  return {
    baseline: {
      score: scoreOf(test, task.test.truth, task.errorUnit),
      ridge: best.ridge,
      weights: best.weights,
      rows,
    },
    test,
  };
}
