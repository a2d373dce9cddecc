#!/usr/bin/env node
import { runProgram } from '@synaprune/examples-kit/terminal/run-program';
import { readOptions } from './options.js';

await runProgram(async () => {
  const options = readOptions(process.argv.slice(2));
  // What it works with takes a while to load, and a wrong flag should be told at once.
  const { run } = await import('./run.js');
  return run(options);
});
