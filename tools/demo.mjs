// @ts-check
/*
 * Builds what the forecasting demo needs, silently, and runs it: `npm run demo -- --quick`. Relative paths are
 * those of the folder it was called from.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { runTurbo } from './check/turbo-tasks.mjs';
import { root } from './check/workspace.mjs';

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
