#!/usr/bin/env node
/*
 * Runs the program as a child, so that Ctrl-C ends it at once however busy it is, and that it can be told what ended it:
 * an interruption, or memory that ran out.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('./main.js', import.meta.url));
const child = spawn(process.execPath, [...process.execArgv, program, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('error', (error) => {
  process.stderr.write(`error: the program could not be started: ${error.message}\n`);
  process.exitCode = 1;
});
child.on('exit', (code, signal) => {
  if (signal === null) {
    process.exitCode = code ?? 1;
    return;
  }
  const memory = signal === 'SIGABRT' || signal === 'SIGKILL';
  process.stderr.write(
    memory
      ? `error: the program was ended by ${signal}, most likely because memory ran out; no file was changed. ` +
          'NODE_OPTIONS=--max-old-space-size=8000 gives it 8 GB, where the machine has them\n'
      : '\ninterrupted: no file is half written\n',
  );
  process.exitCode = memory ? 1 : 128 + constants.signals[signal];
});
