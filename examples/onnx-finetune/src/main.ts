#!/usr/bin/env node
import { printLine } from 'forecast-example/terminal';
import { userErrorText } from 'forecast-example/user-error';
import pc from 'picocolors';
import { run } from './run.js';

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  const told = userErrorText(error);
  if (told === null) throw error;
  printLine(`${pc.red(told.code)}: ${told.message}`, process.stderr);
  process.exitCode = 1;
}
