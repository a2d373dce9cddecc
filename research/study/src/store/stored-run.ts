import type { RunResult, RunSpec } from '../run.js';
import { runResultSchema, runSpecSchema } from '../run-schema.js';
import { keyOf } from './key.js';
import { defineRuns, type RunKind } from './run-kind.js';

/**
 * The runs of a study. Two results are of one computation when they are equal in all but the time they took; forecasts,
 * which the scores are of, may be missing in one of them.
 */
export const STUDY_RUNS: RunKind<RunSpec, RunResult> = defineRuns({
  format: 'synaprune-study-runs',
  version: 2,
  spec: runSpecSchema,
  result: runResultSchema,
  keyOf,
  told: (result) => ({ ...result, seconds: 0, forecasts: undefined }),
});
