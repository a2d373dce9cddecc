// @ts-check
/*
 * Builds what a program of this repository needs, silently, and runs it: `npm run demo -- --quick`. Relative paths are
 * those of the folder it was called from.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './check/workspace.mjs';
import { buildStale } from './turbo.mjs';

/** @type {Readonly<Record<string, { name: string, folder: string, main?: string, flags: string }>>} */
const programs = {
  demo: { name: 'forecast-example', folder: 'examples/forecast', flags: 'quick data target seed out' },
  study: {
    name: 'synaprune-study',
    folder: 'research/study',
    flags:
      'protocol models data lengths seeds tuning-seeds arms out compare queue workers runtime data-folder',
  },
  methods: {
    name: 'synaprune-methods',
    folder: 'research/methods',
    flags: 'quick seeds methods out workers',
  },
  synaprune: {
    name: 'synaprune',
    folder: 'packages/cli',
    main: 'bin.js',
    flags:
      'keep sparsity unit multiple-of across scan levels teacher steps inputs samples dimensions classes out report recipe scale mean std channels runtime',
  },
};

const [command = '', ...args] = process.argv.slice(2);
const program = programs[command];
if (program === undefined) {
  console.error(`error: needs ${Object.keys(programs).join(' or ')}, got ${command || 'nothing'}`);
  process.exit(2);
}
// npm keeps for itself what comes before `--`, and would leave the program to run with other options than were given.
const kept = program.flags
  .split(' ')
  .find((flag) => process.env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined);
if (kept !== undefined) {
  console.error(`error: flags go after --, as in: npm run ${command} -- --${kept}`);
  process.exit(1);
}

const status = await buildStale(program.name, () => {
  console.error('building (half a minute the first time) …');
});
if (status !== 0) process.exit(status);
const child = spawn(
  process.execPath,
  [join(root, program.folder, 'dist', program.main ?? 'main.js'), ...args],
  {
    stdio: 'inherit',
    cwd: process.env.INIT_CWD ?? process.cwd(),
  },
);
// Ctrl-C reaches the program too, which keeps what has finished; this process waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
