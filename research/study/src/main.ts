#!/usr/bin/env node
import { runProgram } from '@synaprune/examples-kit/terminal/run-program';
import { type Options, readOptions } from './options.js';

// Read when ONNX Runtime is loaded, which happens later.
process.env.ORT_DISABLE_TELEMETRY = '1';

const options = readOptions(process.argv.slice(2));
await runProgram(() => carryOut(options));
// A queue's timers would keep the process for some seconds that nobody needs.
if (options.command === 'worker' || process.exitCode === 1) process.exit();

async function carryOut(options: Options): Promise<number> {
  switch (options.command) {
    case 'study': {
      const { runStudy } = await import('./run-study.js');
      return runStudy(options);
    }
    case 'report': {
      const { runReport } = await import('./run-report.js');
      return runReport(options);
    }
    case 'worker': {
      const { runWorker } = await import('./run-worker.js');
      return runWorker(options);
    }
  }
}
