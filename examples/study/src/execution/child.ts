import { openRuntime, type RuntimeName } from '../training/open-runtime.js';
import { trainRun } from '../training/train-run.js';
import { serveRuns } from './serve-runs.js';
import { createTaskCache } from './task-cache.js';

// The program of a process that trains. Its argument names the build of ONNX Runtime.
await serveRuns(async () => {
  const runtime = await openRuntime(process.argv[2] as RuntimeName | undefined);
  const taskOf = createTaskCache();
  return { runtime: runtime.name, carryOut: async (spec) => trainRun(runtime, taskOf(spec), spec) };
});
