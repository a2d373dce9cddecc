// @ts-check
/*
 * Runs turbo without telemetry: `node tools/turbo.mjs run build`. An `.env` or a shell prefix in package.json would not
 * work on every system.
 */
import { spawn, spawnSync } from 'node:child_process';
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

/**
 * Builds a package and what it needs as {@link build} does, and tells when something has to be built anew.
 *
 * @param {string} name
 * @param {() => void} onStale called once, before what takes long
 * @returns {Promise<number>} the exit code
 */
export function buildStale(name, onStale) {
  const args = ['run', 'build', '--continue', '--output-logs=new-only', '--log-order=stream'];
  const child = spawn(process.execPath, [script(), ...args, `--filter=${name}`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  });
  let output = '';
  let told = false;
  const read = (/** @type {string} */ text) => {
    output += text;
    if (told || !output.includes('cache miss')) return;
    told = true;
    onStale();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', read);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => {
      if (status !== 0) console.error(output);
      resolve(status ?? 1);
    });
  });
}

/** @param {readonly string[]} args @param {'pipe' | 'inherit'} stdio */
function turbo(args, stdio) {
  return spawnSync(process.execPath, [script(), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio,
    env: environment(),
  });
}

function script() {
  return scriptOf('turbo', 'turbo');
}

function environment() {
  const quiet = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' };
  return { ...process.env, ...quiet };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exitCode = turbo(process.argv.slice(2), 'inherit').status ?? 1;
}
