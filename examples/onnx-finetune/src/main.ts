#!/usr/bin/env node
import { printLine } from '@synaprune/examples-kit/terminal/terminal';
import { userErrorText } from '@synaprune/examples-kit/terminal/user-error';
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
