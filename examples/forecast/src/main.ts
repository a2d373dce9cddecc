#!/usr/bin/env node
// Before any thread starts and anything loads: native code sees only what the main thread has set.
process.env.ORT_DISABLE_TELEMETRY = '1';

const { run } = await import('./run.js');
const { userErrorText } = await import('@synaprune/examples-kit/terminal/user-error');
const { printLine } = await import('@synaprune/examples-kit/terminal/terminal');
const { default: pc } = await import('picocolors');

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const told = userErrorText(error);
  if (told === null) throw error;
  printLine(`${pc.red(told.code)}: ${told.message}`, process.stderr);
  process.exitCode = 1;
}

export {};
