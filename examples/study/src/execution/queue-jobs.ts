import type { RunSpec } from '../run.js';

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
