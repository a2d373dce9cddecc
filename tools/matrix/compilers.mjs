// @ts-check
/* TypeScript: what a strict user writes, under every way of resolving modules. */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { runNode, scriptOf } from '../check/command.mjs';
import { readJson } from '../check/workspace.mjs';
import { foundBy } from './cell.mjs';

/** @typedef {import('./cell.mjs').Group} Group */

/** The compilers that are devDependencies, and the first with a `require` of ES modules. */
const atHand = ['typescript-5.0', 'typescript-5.9', 'typescript', 'typescript-7.0'];
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

/** @type {Group} */
export const typescript = {
  name: 'typescript-at-hand',
  about: 'the types, with every TypeScript of the repository',
  tools: [],
  cells: (lab) =>
    atHand.map((compiler) => {
      const script = scriptOf(compiler, 'tsc');
      const { version } = readJson(join(script, '..', '..', 'package.json'));
      return compilerCell(lab, compiler, version, () => script);
    }),
};

/** @type {Group} */
export const typescriptFetched = {
  name: 'typescript',
  about: 'the types, with TypeScript 5.4 too',
  tools: ['typescript-5.4'],
  cells: (lab) => [
    ...typescript.cells(lab),
    compilerCell(lab, 'typescript-5.4', '5.4.5', (folder) =>
      join(folder, 'node_modules', 'typescript-5.4', 'bin', 'tsc'),
    ),
  ],
};
