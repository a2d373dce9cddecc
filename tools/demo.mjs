// @ts-check
/*
 * Builds what the forecasting demo needs, silently, and runs it: `npm run demo -- --quick`. Relative paths are
 * those of the folder it was called from.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runTurbo } from './check/turbo-tasks.mjs';
import { root } from './check/workspace.mjs';

// npm keeps for itself what comes before `--`, and would leave the demo to run whole.
const kept = ['quick', 'data', 'target', 'seed', 'out'].filter(
  (flag) => process.env[`npm_config_${flag}`] !== undefined,
);
if (kept.length > 0) {
  console.error(`error: flags go after --, as in: npm run demo -- --${kept[0]}`);
  process.exit(1);
}

console.error('building (some 20 s the first time) …');
const { status, output } = await runTurbo('build', { filter: ['forecast-example'] });
if (status !== 0) {
  console.error(output);
  process.exit(status);
}
const demo = spawn(
  process.execPath,
  [join(root, 'examples', 'forecast', 'dist', 'main.js'), ...process.argv.slice(2)],
  { stdio: 'inherit', cwd: process.env.INIT_CWD ?? process.cwd() },
);
// Ctrl-C reaches the demo too, which keeps what has finished; this process waits for it.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => demo.kill('SIGTERM'));
demo.on('exit', (code) => {
  process.exitCode = code ?? 1;
});
