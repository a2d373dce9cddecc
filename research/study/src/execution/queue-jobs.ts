import { z } from 'zod';
import { checkJson, checkShape } from '../check-shape.js';
import type { RunResult, RunSpec } from '../run.js';
import { runResultSchema, runSpecSchema } from '../run-schema.js';
import { keyOf } from '../store/key.js';
import { LONGEST_LINE } from '../store/run-kind.js';

/** What a job of the queue carries. Its id is the key of the run, so that a run is there once. */
export interface JobData {
  readonly spec: RunSpec;
}

/**
 * The queue's name. Workers and studies meet only where they have the same runtime, because others would compute other
 * numbers, and the same version of this program's messages.
 *
 * @param runtime name and version: `onnxruntime-node 1.30.0`
 */
export function queueName(runtime: string): string {
  return `synaprune-study-1-${runtime.replaceAll(/[^\w.]+/g, '-')}`;
}

/** Milliseconds after which the run of a worker that says nothing any more is given to another. */
export const LOCK_DURATION = 5000;

/** Milliseconds between looks for such runs. */
export const STALLED_INTERVAL = 2000;

/** So many workers may die of one run before it counts as failed. */
export const MOST_STALLED = 3;

/** Results that nobody collects are forgotten after this time, seconds. */
export const KEPT_SECONDS = 14 * 24 * 3600;

/** Characters of a result at most: one of the most epochs has fewer. */
export const LONGEST_RESULT = LONGEST_LINE;

/** What a job of the queue carries, with every value in its bounds. */
const jobSchema = z.strictObject({ spec: runSpecSchema });

/**
 * The run of a job that came out of the queue, whoever put it in.
 *
 * @returns a string for what is no run: what is wrong with it
 */
export function readJob(id: string | undefined, data: unknown): RunSpec | string {
  const checked = checkShape(jobSchema, data);
  if (checked.kind === 'bad') return checked.problem;
  const { spec } = checked.value;
  // A result is looked for under the key of its run, and would be taken for that of another one.
  return id === keyOf(spec) ? spec : 'its id is not the key of its run';
}

/** What came out of the queue as a result, and is one, or a string that says what is wrong with it. */
export function readResult(text: string): RunResult | string {
  const checked = checkJson(runResultSchema, text, LONGEST_RESULT);
  return checked.kind === 'good' ? checked.value : checked.problem;
}
