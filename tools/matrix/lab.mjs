// @ts-check
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../check/command.mjs';
import { createConsumer, install, linkPackages } from '../check/consumer.mjs';
import { packAll } from '../check/pack.mjs';
import { root } from '../check/workspace.mjs';
import { specOf } from './fetched.mjs';
import { specsAt } from './peers.mjs';

/** Nothing that runs here may tell anybody of it. */
const quiet = { ORT_DISABLE_TELEMETRY: '1', DO_NOT_TRACK: '1', DENO_NO_UPDATE_CHECK: '1', CI: 'true' };

/** Of the oldest runtimes there is no tfjs on WebGPU, which takes the newest tfjs alone. */
const withoutAtOldest = ['tfjs on WebGPU'];
const packagesOfNewest = ['@synaprune/tfjs-webgpu'];

/**
 * Fresh folders with the packed packages and the runtimes of one end of their ranges, each made when it is first asked
 * for, and the folders of integrations/ in it.
 *
 * @typedef {object} Lab
 * @property {(end: import('./peers.mjs').End) => Promise<string>} project the folder; rejects where npm could not install
 * @property {(folder: string, program: string, args: readonly string[], env?: Record<string, string>) =>
 *   ReturnType<typeof run>} run a program in it
 * @property {() => void} remove
 */

/**
 * @param {readonly string[]} [tools] of {@link specOf}, for the project of the newest
 * @param {{ linkRuntimes?: boolean }} [options] whether the newest runtimes are links to those of this repository and not
 *   installed once more
 * @returns {Lab}
 */
export function createLab(tools = [], { linkRuntimes = false } = {}) {
  /** @type {Map<string, Promise<string>>} */
  const projects = new Map();
  /** @type {(() => void)[]} */
  const removers = [];

  /** @param {import('./peers.mjs').End} end */
  async function make(end) {
    const { folder, remove } = createConsumer();
    removers.push(remove);
    const packed = await packAll();
    const oldest = end === 'oldest';
    const tarballs = packed.filter(({ name }) => !(oldest && packagesOfNewest.includes(name)));
    const fetched = oldest ? [] : tools.map(specOf).filter((spec) => spec !== undefined);
    const runtimes = specsAt(end, oldest ? withoutAtOldest : []);
    const linked = linkRuntimes && !oldest;
    const specs = [...tarballs.map(({ tarball }) => tarball), ...(linked ? [] : runtimes), ...fetched];
    // npm would install what is linked for a peer that is missing.
    const { status, output } = await install(folder, specs, linked ? ['--legacy-peer-deps'] : []);
    if (status !== 0) throw new Error(`npm install of the packed packages ended with ${status}\n${output}`);
    if (linked) linkPackages(folder, runtimes.map(nameOf));
    for (const part of ['browser', 'node-cjs', 'node-esm', 'runners', 'types']) {
      cpSync(join(root, 'integrations', part), join(folder, part), { recursive: true });
    }
    return folder;
  }

  return {
    project(end) {
      const made = projects.get(end) ?? make(end);
      projects.set(end, made);
      return made;
    },
    run: (folder, program, args, env = {}) =>
      run(program, args, { cwd: folder, env: { ...quiet, ...env }, timeoutSeconds: 3600 }),
    remove: () => {
      for (const remove of removers) remove();
    },
  };
}

/** `@tensorflow/tfjs` of `@tensorflow/tfjs@4.22.0` @param {string} spec */
function nameOf(spec) {
  return spec.slice(0, spec.lastIndexOf('@'));
}
