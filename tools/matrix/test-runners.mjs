// @ts-check
/* Programs inside of test runners, each started by the line that docs/environments.md gives. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { longestMilliseconds } from '../devices/time-limits.mjs';
import { foundBy } from './cell.mjs';
import { documentedFile } from './documented.mjs';
import { binaryOf, noBinary, specOf } from './fetched.mjs';

/** @typedef {import('./cell.mjs').Group} Group */

/** Programs that are quick, and start nothing of their own. */
const programs = ['core', 'sparse', 'tfjs', 'tfjs-files', 'tflite', 'onnx-shrink', 'refit'].map(
  (name) => `${name}.mjs`,
);
const told = { PROGRAMS: JSON.stringify(programs) };
const onnx = { PROGRAMS: JSON.stringify(['onnx.mjs']) };
const vmModules = { NODE_OPTIONS: '--experimental-vm-modules' };

/** A loaded machine takes longer than the seconds that a test may take unless told. */
const patience = `--testTimeout=${longestMilliseconds}`;

/** The first Node on which Jest's `require` takes ES modules, among those that are fetched. */
const requiring = 'node-24.22.3';

/**
 * A project of Jest's own: no `"type"`, as `npm init` leaves it, one test and what the page shows besides.
 *
 * @param {string} folder
 * @param {string} name
 * @param {string} test in integrations/runners
 * @param {Record<string, string>} [files]
 */
function placeJest(folder, name, test, files = {}) {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'package.json'), JSON.stringify({ name, private: true }));
  cpSync(join(folder, 'runners', test), join(place, test));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(place, path), text);
  return place;
}

/**
 * @param {import('./lab.mjs').Lab} lab
 * @param {{ environment: string, program: string, test: string, env?: Record<string, string>, tool?: string,
 *   files?: readonly string[] }} trial
 * @returns {import('./cell.mjs').Cell}
 */
function jestCell(lab, { environment, program, test, env = {}, tool, files = [] }) {
  return {
    environment,
    program,
    run: async () => {
      if (tool !== undefined && specOf(tool) === undefined) return { skipped: true, note: noBinary };
      const folder = await lab.project('newest');
      const shown = Object.fromEntries(files.map((name) => [name, documentedFile(name)]));
      const place = placeJest(folder, environment.replaceAll(/\W+/g, '-').toLowerCase(), test, shown);
      const node = tool === undefined ? process.execPath : join(folder, binaryOf(tool));
      const script = join(folder, 'node_modules', 'jest', 'bin', 'jest.js');
      return foundBy(await lab.run(place, node, [script, '--runInBand', '--silent', patience], env));
    },
  };
}

/** @type {Group} */
export const jest = {
  name: 'jest',
  about: 'Jest in its default configuration, and with what docs/environments.md shows',
  tools: ['jest', '@babel/plugin-transform-modules-commonjs', requiring],
  cells: (lab) => [
    jestCell(lab, {
      environment: 'Jest, import',
      program: programs.join(' '),
      test: 'jest-imports.test.mjs',
      env: { ...vmModules, ...told },
    }),
    jestCell(lab, {
      environment: 'Jest, import, onnxruntime-node',
      program: 'onnx.mjs',
      test: 'jest-imports.test.mjs',
      env: { ...vmModules, ...onnx },
      files: ['jest.config.cjs', 'onnxruntime-environment.cjs'],
    }),
    jestCell(lab, {
      environment: 'Jest, require, Node 24',
      program: 'jest-requires.test.cjs',
      test: 'jest-requires.test.cjs',
      env: vmModules,
      tool: requiring,
    }),
    jestCell(lab, {
      environment: 'Jest, require, transformed',
      program: 'jest-requires.test.cjs',
      test: 'jest-requires.test.cjs',
      files: ['jest.config.js'],
    }),
  ],
};

/** @type {Group} */
export const vitest = {
  name: 'vitest',
  about: 'Vitest in the environments node and jsdom',
  tools: ['vitest', 'jsdom'],
  cells: (lab) =>
    /** @type {const} */ ([
      ['node', [...programs, 'onnx.mjs']],
      ['jsdom', programs],
    ]).map(([environment, names]) => ({
      environment: `Vitest, ${environment}`,
      program: names.join(' '),
      run: async () => {
        const folder = await lab.project('newest');
        const script = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
        const args = [script, 'run', '--environment', environment, patience, 'runners/vitest-imports'];
        return foundBy(await lab.run(folder, process.execPath, args, { PROGRAMS: JSON.stringify(names) }));
      },
    })),
};
