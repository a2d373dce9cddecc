// @ts-check
/* TypeScript: what a strict user writes, under every way of resolving modules. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from '../check/command.mjs';
import { readJson } from '../check/workspace.mjs';
import { whole } from '../devices/whole.mjs';
import { foundBy } from './cell.mjs';

/** @typedef {import('./cell.mjs').Group} Group */

/** The compilers that are devDependencies: the oldest and the newest, and those between. */
const ends = ['typescript-5.0', 'typescript-7.0'];
const between = ['typescript-5.9', 'typescript'];
/** Those with a `require` of ES modules. */
const requiring = ['typescript-5.9', 'typescript', 'typescript-7.0'];
const resolutions = ['node16', 'nodenext', 'bundler', 'webgpu'];

/** @param {string} compiler */
const configsOf = (compiler) => [...resolutions, ...(requiring.includes(compiler) ? ['require'] : [])];

/**
 * One run checks all of them, and reads the declarations once.
 *
 * @param {import('./lab.mjs').Lab} lab
 * @param {string} compiler
 * @param {string} version
 * @param {(folder: string) => string} scriptIn
 * @param {readonly string[]} [configs]
 */
function compilerCell(lab, compiler, version, scriptIn, configs = configsOf(compiler)) {
  return {
    environment: `TypeScript ${version}`,
    program: configs.join(', '),
    run: async () => {
      const folder = await lab.project('newest');
      // Each compiler writes its notes beside the configuration it read.
      const copy = `types-${version}`;
      cpSync(join(folder, 'types'), join(folder, copy), { recursive: true });
      const paths = configs.map((name) => join(copy, `tsconfig.${name}.json`));
      return foundBy(await runNode([scriptIn(folder), '-b', ...paths], { cwd: folder }));
    },
  };
}

/**
 * @param {import('./lab.mjs').Lab} lab
 * @param {readonly string[]} compilers
 * @param {(compiler: string) => readonly string[]} [configs]
 */
function ownCells(lab, compilers, configs = configsOf) {
  return compilers.map((compiler) => {
    const script = scriptOf(compiler, 'tsc');
    const { version } = readJson(join(script, '..', '..', 'package.json'));
    return compilerCell(lab, compiler, version, () => script, configs(compiler));
  });
}

/** @type {Group} */
export const typescriptEnds = {
  name: 'typescript-ends',
  about: 'the types, with the oldest and the newest TypeScript',
  tools: [],
  // The oldest, which takes eight times as long, resolves in one way unless all is to run: what it cannot read, it reads in none.
  cells: (lab) =>
    ownCells(lab, ends, (compiler) =>
      compiler === 'typescript-5.0' && !whole ? ['nodenext'] : configsOf(compiler),
    ),
};

/** @type {Group} */
export const typescript = {
  name: 'typescript',
  about: 'the types, with every TypeScript from 5.0 to 7.0',
  tools: ['typescript-5.4'],
  cells: (lab) => [
    ...ownCells(lab, [...ends, ...between]),
    compilerCell(lab, 'typescript-5.4', '5.4.5', (folder) =>
      join(folder, 'node_modules', 'typescript-5.4', 'bin', 'tsc'),
    ),
  ],
};
