// @ts-check
/*
 * Runs turbo without telemetry: `node tools/turbo.mjs run build`. An `.env` or a shell prefix in package.json would not
 * work on every system.
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { scriptOf } from './check/command.mjs';
import { root } from './check/workspace.mjs';

/**
 * Builds packages and what they need, in silence unless something fails.
 *
 * @param {...string} packages all of them unless told
 * @returns {number} the exit code
 */
export function build(...packages) {
  const filters = packages.map((name) => `--filter=${name}`);
  const { status, stdout, stderr } = turbo(
    ['run', 'build', '--continue', '--output-logs=errors-only', ...filters],
    'pipe',
  );
  if (status !== 0) console.error(`${stdout}${stderr}`);
  return status ?? 1;
}

/** @param {readonly string[]} args @param {'pipe' | 'inherit'} stdio */
function turbo(args, stdio) {
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  return spawnSync(process.execPath, [scriptOf('turbo', 'turbo'), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio,
    env: { ...process.env, ...quiet },
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = turbo(process.argv.slice(2), 'inherit').status ?? 1;
}
