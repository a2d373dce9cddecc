import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { TimingOptions } from '@synaprune/examples-kit/timing';
import type { SpeedReport } from './runtime/runtime.js';
import type { RunResult } from './train.js';

/** What a trained forecaster takes to predict. */
export interface ForecasterSpeed extends SpeedReport {
  /** Of the run whose model it is. */
  readonly seed: number;
  /** What it was timed on: a backend of tfjs, the runtime here that has kernels that skip zeros. */
  readonly backend: string;
  /** Of what it was timed on. */
  readonly versions: Readonly<Record<string, string>>;
  /** The largest difference of two forecasts of the test part, in the target's own unit. */
  readonly largestDifference: number;
}

/** Windows of one prediction: one, as somebody asks for it, and a batch. */
const BATCHES = [1, 64];

/** Times predictions of a run's model in tfjs, dense and accelerated, whatever trained it. */
export async function measureSpeed(
  { weights, seed }: Pick<RunResult, 'weights' | 'seed'>,
  { test, features, length, changeSize }: Pick<Dataset, 'test' | 'features' | 'length' | 'changeSize'>,
  backend: string,
  options?: TimingOptions,
): Promise<ForecasterSpeed> {
  const { openTfjs } = await import('./runtime/tfjs/open-tfjs.js');
  const { compareForecasterSpeeds } = await import('./runtime/tfjs/compare-speeds.js');
  const { versions } = await openTfjs(backend);
  const batches = BATCHES.filter((batch) => batch <= test.targets.length);
  const windows = { inputs: test.inputs, length, features: features.length };
  const report = await compareForecasterSpeeds(weights, windows, batches, options);
  return { ...report, seed, backend, versions, largestDifference: report.largestDifference * changeSize };
}
