import { run } from '../runtime/run.js';
import type { StepRun } from '../state/training-state.js';
import type { StepSession } from './step-sessions.js';

/** Runs a step graph, without what only its kernels read. @throws PruneError `device-failed` with the runtime's reason */
export async function runStep(
  { session, kernels }: StepSession,
  what: string,
  feeds: StepRun['feeds'],
  fetches: readonly string[],
): Promise<StepRun> {
  if (kernels === undefined) return { feeds, results: await run(session, what, feeds, fetches) };
  const read = new Set(session.inputNames);
  const own = Object.fromEntries(Object.entries(feeds).filter(([name]) => read.has(name)));
  return { feeds, results: await run(session, what, own, fetches) };
}

/** The loss that a run gave. */
export function lossOf({ step }: StepSession, { results }: StepRun): number {
  return (results[step.loss]!.data as Float32Array)[0]!;
}
