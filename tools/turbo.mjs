// @ts-check
/*
 * Runs turbo without telemetry: `node tools/turbo.mjs run build`. An `.env` or a shell prefix in package.json
 * would not work on every system.
 */
import { spawnSync } from 'node:child_process';
import { scriptOf } from './check/command.mjs';
import { quietTurbo } from './check/turbo-tasks.mjs';

const { status } = spawnSync(process.execPath, [scriptOf('turbo', 'turbo'), ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, ...quietTurbo },
});
process.exitCode = status ?? 1;
