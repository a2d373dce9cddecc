// @ts-check
/*
 * Builds what a program of this repository needs, silently, and runs it: `npm run demo -- --quick`. Relative paths are
 * those of the folder it was called from.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { readArguments, refuse } from './arguments.mjs';
import { root } from './check/workspace.mjs';
import { programs } from './programs.mjs';
import { buildStale } from './turbo.mjs';

const [command = '', ...args] = process.argv.slice(2);
const program = programs[command];
if (program === undefined) {
  console.error(`error: needs ${Object.keys(programs).join(' or ')}, got ${command || 'nothing'}`);
  process.exit(2);
}
const typed = `npm run ${command}`;
if (program.about !== undefined) {
  readArguments(
    typed,
    `Usage: ${typed}\n\n${program.about}\n\nTakes no options but --help, which prints this.`,
    { args },
  );
}
// npm keeps for itself what comes before `--`, and would leave the program to run with other options than were given.
const kept = (program.flags ?? '')
  .split(' ')
  .find((flag) => process.env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined);
if (kept !== undefined) refuse(typed, `flags go after --, as in: ${typed} -- --${kept}`);

const status = await buildStale(program.name, () => {
  console.error('building (half a minute the first time) …');
});
if (status !== 0) process.exit(status);
const child = spawn(
  process.execPath,
  [...(program.node ?? []), join(root, program.folder, program.main ?? 'dist/main.js'), ...args],
  {
    stdio: 'inherit',
    // How its help names it.
    env: { ...process.env, SYNAPRUNE_COMMAND: `${typed} --` },
    cwd: process.env.INIT_CWD ?? process.cwd(),
  },
);
// Ctrl-C reaches the program too, which keeps what has finished; this process waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
