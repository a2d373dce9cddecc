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

// A copy outside of the repository starts with `npm start`.
const turbo = new URL('../../tools/turbo.mjs', import.meta.url);
const command = existsSync(turbo) ? 'npm run example:browser' : 'npm start';
const { values } = readArguments();
if (values.help) {
  console.log(`Usage: ${command} [-- OPTIONS]

Builds the page that prunes in a browser, serves it to this machine alone until it is interrupted, and prints its address.

  --port NUMBER   the port to serve on (default: one that is free)
  --no-build      serves what was built before
  --help          prints this`);
  process.exit(0);
}
const port = portOf(values.port);

if (!values['no-build']) {
  const status = await build(() => console.error('building (some 30 s the first time) …'));
  if (status !== 0) process.exit(status);
}
try {
  const { address } = await servePage(fileURLToPath(new URL('.', import.meta.url)), port);
  console.log(address);
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

/** Builds the page where something has changed since. @param {() => void} onStale called before what takes long */
async function build(onStale) {
  if (existsSync(turbo)) return (await import(turbo.href)).buildStale('synaprune-example-browser', onStale);
  // A copy outside of the repository has only itself to build, and nothing that knows whether it has changed.
  onStale();
  const vite = fileURLToPath(new URL('bin/vite.js', import.meta.resolve('vite/package.json')));
  const { status, stdout, stderr } = spawnSync(process.execPath, [vite, 'build'], { encoding: 'utf8' });
  if (status !== 0) console.error(`${stdout}${stderr}`);
  return status ?? 1;
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        port: { type: 'string' },
        'no-build': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
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
  console.error(`error: ${message}\n${command} -- --help says what it takes`);
  return process.exit(2);
}
