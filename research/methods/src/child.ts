import { serveRuns } from 'synaprune-study/execution/serve-runs';
import { openRuntime } from 'synaprune-study/training/open-runtime';
import { METHOD_RUNS } from './run-kind.js';
import { trainRun } from './training/train-run.js';

// The program of a process that trains.
await serveRuns(METHOD_RUNS, async () => {
  const runtime = await openRuntime();
  return { runtime: runtime.name, carryOut: (spec) => trainRun(runtime, spec) };
});
