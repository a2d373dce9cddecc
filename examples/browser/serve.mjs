// @ts-check
/*
 * Builds what the page needs, silently, and serves it to this machine alone:
 *
 *   node examples/browser/serve.mjs [--port 4180] [--no-build]
 *
 * Prints the address and serves until it is interrupted. A port is taken that is free unless one is given.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { servePage } from './serve-page.mjs';

const { values } = readArguments();
const port = portOf(values.port);

if (!values['no-build']) {
  console.error('building (some 30 s the first time) …');
  const turbo = fileURLToPath(new URL('../../tools/turbo.mjs', import.meta.url));
  // A copy outside of the repository has only itself to build.
  const [program, args] = existsSync(turbo)
    ? [turbo, ['run', 'build', '--filter=synaprune-example-browser', '--output-logs=errors-only']]
    : [fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json'))), ['build']];
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], { encoding: 'utf8' });
  if (status !== 0) {
    console.error(`${stdout}${stderr}`);
    process.exit(status ?? 1);
  }
}
try {
  const { address } = await servePage(fileURLToPath(new URL('.', import.meta.url)), port);
  console.log(address);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

function readArguments() {
  try {
    return parseArgs({ options: { port: { type: 'string' }, 'no-build': { type: 'boolean' } } });
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string | undefined} text */
function portOf(text) {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  return fail(`--port needs a number from 0 to 65535, got ${text}`);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`error: ${message}`);
  return process.exit(2);
}
