// @ts-check
/* TypeScript: what a strict user writes, under every way of resolving modules. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from '../check/command.mjs';
import { readJson } from '../check/workspace.mjs';
import { foundBy } from './cell.mjs';

/** @typedef {import('./cell.mjs').Group} Group */

/** The compilers that are devDependencies: the oldest and the newest, and those between. */
const ends = ['typescript-5.0', 'typescript-7.0'];
const between = ['typescript-5.9', 'typescript'];
/** Those with a `require` of ES modules. */
const requiring = ['typescript-5.9', 'typescript', 'typescript-7.0'];
const resolutions = ['node16', 'nodenext', 'bundler', 'webgpu'];

/**
 * One run checks all of them, and reads the declarations once.
 *
 * @param {import('./lab.mjs').Lab} lab
 * @param {string} compiler
 * @param {string} version
 * @param {(folder: string) => string} scriptIn
 */
function compilerCell(lab, compiler, version, scriptIn) {
  const configs = [...resolutions, ...(requiring.includes(compiler) ? ['require'] : [])];
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

/** @param {import('./lab.mjs').Lab} lab @param {readonly string[]} compilers */
function ownCells(lab, compilers) {
  return compilers.map((compiler) => {
    const script = scriptOf(compiler, 'tsc');
    const { version } = readJson(join(script, '..', '..', 'package.json'));
    return compilerCell(lab, compiler, version, () => script);
  });
}

/** @type {Group} */
export const typescriptEnds = {
  name: 'typescript-ends',
  about: 'the types, with the oldest and the newest TypeScript',
  tools: [],
  cells: (lab) => ownCells(lab, ends),
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
