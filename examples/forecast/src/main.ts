#!/usr/bin/env node
// Before any thread starts and anything loads: native code sees only what the main thread has set.
process.env.ORT_DISABLE_TELEMETRY = '1';

const { runProgram } = await import('@synaprune/examples-kit/terminal/run-program');
const { run } = await import('./run.js');

await runProgram(() => run(process.argv.slice(2)));

export {};
