// @ts-check
/*
 * Builds what the study needs, silently, and runs it: `npm run study -- --models lstm --seeds 10`. Relative paths are
 * those of the folder it was called from.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runTurbo } from './check/turbo-tasks.mjs';
import { root } from './check/workspace.mjs';

// npm keeps for itself what comes before `--`, and would leave the study to run with other options than were given.
const flags = [
  'protocol',
  'models',
  'data',
  'lengths',
  'seeds',
  'tuning-seeds',
  'arms',
  'out',
  'compare',
  'queue',
  'workers',
  'runtime',
  'data-folder',
];
const kept = flags.filter((flag) => process.env[`npm_config_${flag.replaceAll('-', '_')}`] !== undefined);
if (kept.length > 0) {
  console.error(`error: flags go after --, as in: npm run study -- --${kept[0]} …`);
  process.exit(1);
}

console.error('building (half a minute the first time) …');
const { status, output } = await runTurbo('build', { filter: ['synaprune-study'] });
if (status !== 0) {
  console.error(output);
  process.exit(status);
}
const study = spawn(
  process.execPath,
  [join(root, 'research', 'study', 'dist', 'main.js'), ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() },
);
// Ctrl-C reaches the study too, which keeps what has finished; this process waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => study.kill('SIGTERM'));
study.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
