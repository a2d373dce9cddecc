// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runNpm } from '../check/command.mjs';
import { root } from '../check/workspace.mjs';

const version = '6.8.0';
const cache = join(root, 'node_modules', '.cache', `verdaccio-${version}`);

/**
 * The registry's program, installed the first time: 58 MB that nothing else needs.
 *
 * @returns {Promise<string>} the folder it is installed in
 */
export async function installVerdaccio() {
  // npm writes this file last.
  if (existsSync(join(cache, 'node_modules', '.package-lock.json'))) return cache;
  mkdirSync(cache, { recursive: true });
  // It asks for a tag of node-fetch that not every mirror has.
  const manifest = { name: 'registry', private: true, overrides: { 'node-fetch': '2.7.0' } };
  writeFileSync(join(cache, 'package.json'), JSON.stringify(manifest));
  const { status, output } = await runNpm(
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', `verdaccio@${version}`],
    { cwd: cache, endsWithUs: true },
  );
  if (status !== 0) throw new Error(`verdaccio ${version} could not be installed\n${output}`);
  return cache;
}

/**
 * A registry on the loopback address that holds our packages and passes on all others from the one that npm is set to.
 *
 * @typedef {object} Registry
 * @property {string} address
 * @property {Record<string, string | undefined>} env for commands, so that npm asks and publishes here and nowhere else
 * @property {() => void} stop
 */

/**
 * Starts one with nothing in it. It ends with this process.
 *
 * @param {string} folder where it keeps its files
 * @returns {Promise<Registry>}
 */
export async function startRegistry(folder) {
  const program = await installVerdaccio();
  const port = await findPort();
  const address = `http://127.0.0.1:${port}/`;
  writeFileSync(join(folder, 'config.yaml'), configuration(port, await upstream()));
  const child = spawn(
    process.execPath,
    [join(program, 'node_modules', 'verdaccio', 'bin', 'verdaccio'), '--config', join(folder, 'config.yaml')],
    { cwd: folder, stdio: 'ignore', env: { ...process.env, NODE_ENV: 'production' } },
  );
  const stop = () => void child.kill();
  process.prependListener('exit', stop);
  while (!(await answers(address))) {
    if (child.exitCode !== null) throw new Error(`verdaccio ended with ${child.exitCode} before it answered`);
    await sleep(200);
  }
  const path = join(folder, 'npmrc');
  const token = await login(address);
  writeFileSync(
    path,
    `//127.0.0.1:${port}/:_authToken=${token}\nregistry=${address}\naudit=false\nfund=false\n`,
  );
  return { address, env: environment(address, path), stop };
}

/** What npm of this machine is set to ask. */
async function upstream() {
  const { status, stdout, output } = await runNpm(['config', 'get', 'registry'], { cwd: root });
  if (status !== 0) throw new Error(output);
  return stdout.trim();
}

/** @param {number} port @param {string} upstream */
function configuration(port, upstream) {
  // Our names are never asked for upstream: what is installed is what was published here.
  return `
storage: ./storage
web: { enable: false }
auth: { htpasswd: { file: ./htpasswd, max_users: 1, rounds: 4 } }
uplinks: { upstream: { url: ${JSON.stringify(upstream)}, cache: false, timeout: 10m, max_fails: 1000 } }
packages:
  '@synaprune/*': { access: $all, publish: $authenticated }
  'synaprune': { access: $all, publish: $authenticated }
  '**': { access: $all, proxy: upstream }
listen: 127.0.0.1:${port}
max_body_size: 100mb
log: { type: file, path: ./log, format: json, level: warn }
`;
}

/** npm hands its settings down in variables, which would outweigh those of the file. @param {string} address @param {string} path */
function environment(address, path) {
  const inherited = Object.keys(process.env).filter((name) => /^npm_(config|package|lifecycle)/i.test(name));
  return {
    ...Object.fromEntries(inherited.map((name) => [name, undefined])),
    npm_config_userconfig: path,
    npm_config_registry: address,
    npm_config_noproxy: '127.0.0.1',
    npm_config_update_notifier: 'false',
  };
}

/** A port that nothing listens on. @returns {Promise<number>} */
function findPort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {string} address */
async function answers(address) {
  try {
    return (await fetch(`${address}-/ping`)).ok;
  } catch {
    return false;
  }
}

/** A user who may publish. @param {string} address @returns {Promise<string>} the token */
async function login(address) {
  const response = await fetch(`${address}-/user/org.couchdb.user:releaser`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'releaser', password: 'only-on-this-machine' }),
  });
  const { token } = await response.json();
  if (token === undefined) throw new Error(`the registry gave no token: ${response.status}`);
  return token;
}
