// @ts-check
/* JavaScript runtimes: every program of integrations/ on each. */
import { join } from 'node:path';
import { foundBy, programsOf } from './cell.mjs';
import { binaryOf, bunVersion, denoVersion, noBinary, nodeVersions, specOf } from './fetched.mjs';
import { peers } from './peers.mjs';

/** @typedef {import('./cell.mjs').Group} Group */

const modules = programsOf('node-esm').map((name) => `node-esm/${name}`);
const required = programsOf('node-cjs').map((name) => `node-cjs/${name}`);
/** What starts Node itself without WebAssembly. */
const ofNode = ['node-esm/without-wasm.mjs'];

/**
 * @param {import('./lab.mjs').Lab} lab
 * @param {string} environment
 * @param {(folder: string) => readonly [string, ...string[]]} start the command before the program
 * @param {string} program
 */
const cell = (lab, environment, start, program) => ({
  environment,
  program,
  run: async () => {
    const folder = await lab.project('newest');
    const [command, ...args] = start(folder);
    return foundBy(await lab.run(folder, command, [...args, program]));
  },
});

/** @type {Group} this Node, without a download */
export const thisNode = {
  name: 'this-node',
  about: 'every program on the Node that runs the matrix',
  tools: [],
  cells: (lab) =>
    [...modules, ...required].map((program) =>
      cell(lab, `Node ${process.versions.node}`, () => [process.execPath], program),
    ),
};

const others = nodeVersions.filter((version) => version !== process.versions.node);

/** @type {Group} */
export const node = {
  name: 'node',
  about: `every program on Node ${others.join(', ')}`,
  tools: others.map((version) => `node-${version}`),
  cells: (lab) =>
    others.flatMap((version) => {
      const tool = `node-${version}`;
      const start = (/** @type {string} */ folder) => /** @type {const} */ ([join(folder, binaryOf(tool))]);
      return fetchedCells(lab, `Node ${version}`, tool, start, [...modules, ...required]);
    }),
};

/** @type {Group} */
export const bun = {
  name: 'bun',
  about: `every program on Bun ${bunVersion}`,
  tools: ['bun'],
  cells: (lab) =>
    fetchedCells(lab, `Bun ${bunVersion}`, 'bun', (folder) => [join(folder, binaryOf('bun')), 'run'], [
      ...modules.filter((program) => !ofNode.includes(program)),
      ...required,
    ]),
};

/** @type {Group} */
export const deno = {
  name: 'deno',
  about: `every program on Deno ${denoVersion}`,
  tools: ['deno'],
  cells: (lab) =>
    fetchedCells(
      lab,
      `Deno ${denoVersion}`,
      'deno',
      (folder) => [join(folder, binaryOf('deno')), 'run', '--allow-all', '--no-prompt'],
      [...modules.filter((program) => !ofNode.includes(program)), ...required],
    ),
};

/** @type {Group} */
export const peerVersions = {
  name: 'peers',
  about: 'the oldest and the newest version of each runtime that the packages take',
  tools: [],
  cells: (lab) =>
    peers.flatMap(({ runtime, programs, oldest, newest }) =>
      /** @type {const} */ (['oldest', 'newest'])
        .filter((end) => end === 'newest' || oldest !== newest)
        .flatMap((end) =>
          programs.map((program) => ({
            environment: `${runtime} ${end === 'oldest' ? oldest : newest}`,
            program: `node-esm/${program}`,
            run: async () => {
              const folder = await lab.project(end);
              return foundBy(await lab.run(folder, process.execPath, [`node-esm/${program}`]));
            },
          })),
        ),
    ),
};

/**
 * @param {import('./lab.mjs').Lab} lab
 * @param {string} environment
 * @param {string} tool
 * @param {(folder: string) => readonly [string, ...string[]]} start
 * @param {readonly string[]} programs
 * @returns {import('./cell.mjs').Cell[]}
 */
function fetchedCells(lab, environment, tool, start, programs) {
  if (specOf(tool) !== undefined) return programs.map((program) => cell(lab, environment, start, program));
  return programs.map((program) => ({
    environment,
    program,
    run: async () => ({ skipped: true, note: noBinary }),
  }));
}
