#!/usr/bin/env node
import { runProgram } from '@synaprune/examples-kit/terminal/run-program';
import { readOptions } from './options.js';

// Read when ONNX Runtime is loaded, which happens later.
process.env.ORT_DISABLE_TELEMETRY = '1';
const options = readOptions(process.argv.slice(2));
await runProgram(async () => {
  const { runMethods } = await import('./run-methods.js');
  return runMethods(options);
});
