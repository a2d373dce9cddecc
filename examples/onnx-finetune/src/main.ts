#!/usr/bin/env node
import { runProgram } from '@synaprune/examples-kit/terminal/run-program';
import { run } from './run.js';

await runProgram(() => run(process.argv.slice(2)));
