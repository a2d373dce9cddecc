import { STUDY_RUNS } from '../store/stored-run.js';
import { openRuntime } from '../training/open-runtime.js';
import { trainRun } from '../training/train-run.js';
import { readArguments } from './child-arguments.js';
import { serveRuns } from './serve-runs.js';
import { createTaskCache } from './task-cache.js';

// The program of a process that trains.
await serveRuns(STUDY_RUNS, async () => {
  const { runtime: name, reach } = readArguments(process.argv.slice(2));
  const runtime = await openRuntime(name);
  const taskOf = createTaskCache(reach);
  return { runtime: runtime.name, carryOut: async (spec) => trainRun(runtime, taskOf(spec), spec) };
});
