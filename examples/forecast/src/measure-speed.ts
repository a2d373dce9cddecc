import type { Dataset } from '@synaprune/examples-kit/series/windows';
import type { TimingOptions } from '@synaprune/examples-kit/timing';
import type { Runtime, SpeedReport } from './runtime/runtime.js';
import type { RunResult } from './train.js';

/** What a trained forecaster takes to predict. */
export interface ForecasterSpeed extends SpeedReport {
  /** Of the run whose model it is. */
  readonly seed: number;
  /** The largest difference of two forecasts of the test part, in the target's own unit. */
  readonly largestDifference: number;
}

/** Windows of one prediction: one, as somebody asks for it, and a batch. */
const BATCHES = [1, 64];

/** Times predictions of a run's model, dense and accelerated; `null` where the runtime has no kernels that skip zeros. */
export async function measureSpeed(
  { compareSpeeds }: Pick<Runtime, 'compareSpeeds'>,
  { files, seed }: Pick<RunResult, 'files' | 'seed'>,
  { test, features, changeSize }: Pick<Dataset, 'test' | 'features' | 'changeSize'>,
  length: number,
  options?: TimingOptions,
): Promise<ForecasterSpeed | null> {
  if (compareSpeeds === undefined) return null;
  const batches = BATCHES.filter((batch) => batch <= test.targets.length);
  const windows = { inputs: test.inputs, length, features: features.length };
  const report = await compareSpeeds(files, windows, batches, options);
  return { ...report, seed, largestDifference: report.largestDifference * changeSize };
}
