// @ts-check
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);

/**
 * What a command did.
 *
 * @typedef {object} CommandResult
 * @property {number} status exit code; 1 when it was killed or could not be started
 * @property {string} stdout
 * @property {string} output stdout and stderr as they came, without colours
 */

/** A program that hangs must end some day; one that is slow, on a machine ten times slower than ours, must not fail. */
const patienceSeconds = 5 * 3600;

/**
 * Runs a program without a shell, without standard input and without colours.
 *
 * @param {string} program
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Readonly<Record<string, string | undefined>>, timeoutSeconds?: number, endsWithUs?: boolean }} [options]
 *   `endsWithUs`: where this process ends first, the program is ended, and all that it started
 * @returns {Promise<CommandResult>}
 */
export function run(
  program,
  args,
  { cwd, env = {}, timeoutSeconds = patienceSeconds, endsWithUs = false } = {},
) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...withoutForcedColours(), NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutSeconds * 1000,
      killSignal: 'SIGKILL',
      // Of a group of its own; Windows has none, and would open a window.
      detached: endsWithUs && process.platform !== 'win32',
    });
    if (endsWithUs) endLater(child);
    let stdout = '';
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.on('error', (error) => resolve({ status: 1, stdout, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => {
      if (signal !== null) output += `\nstopped by ${signal} (the limit is ${timeoutSeconds} seconds)\n`;
      resolve({ status: code ?? 1, stdout, output });
    });
  });
}

/** @param {import('node:child_process').ChildProcess} child */
function endLater(child) {
  const end = () => {
    try {
      if (process.platform === 'win32') child.kill();
      else if (child.pid !== undefined) process.kill(-child.pid);
    } catch {
      // It has ended already.
    }
  };
  // Before what lies in its folder is taken away.
  process.prependListener('exit', end);
  child.on('close', () => process.off('exit', end));
}

/**
 * Runs this Node.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNode(args, options) {
  return run(process.execPath, args, options);
}

/**
 * Runs the npm that runs us, or else the one on the path.
 *
 * @param {readonly string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function runNpm(args, options) {
  const cli = process.env.npm_execpath;
  return cli?.endsWith('.js') ? runNode([cli, ...args], options) : run('npm', args, options);
}

/**
 * The script behind a package's command, so that it starts under this Node on any system.
 *
 * @param {string} packageName
 * @param {string} command
 * @returns {string} an absolute path
 */
export function scriptOf(packageName, command) {
  const manifestPath = findManifest(packageName);
  const { bin } = JSON.parse(readFileSync(manifestPath, 'utf8'));
  const script = typeof bin === 'string' ? bin : bin?.[command];
  if (script === undefined) throw new Error(`${packageName} has no command ${command}`);
  return join(dirname(manifestPath), script);
}

/** @param {string} packageName */
function findManifest(packageName) {
  for (const folder of require.resolve.paths(packageName) ?? []) {
    const path = join(folder, packageName, 'package.json');
    try {
      readFileSync(path);
      return path;
    } catch {
      // Not in this folder: the next one up may have it.
    }
  }
  throw new Error(`${packageName} is not installed; run npm ci`);
}

function withoutForcedColours() {
  const { FORCE_COLOR: _, ...rest } = process.env;
  return rest;
}
