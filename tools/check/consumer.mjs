// @ts-check
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { runNode, runNpm, scriptOf } from './command.mjs';
import { verdict } from './tally.mjs';

/**
 * Makes a fresh folder outside the repository, so that nothing resolves by accident, and removes it after use.
 *
 * @template Result
 * @param {(folder: string) => Promise<Result>} use
 */
export async function withConsumer(use) {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-consumer-'));
  try {
    writeFileSync(
      join(folder, 'package.json'),
      JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
    );
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, maxRetries: 3 });
  }
}

/**
 * Installs packages as a user would.
 *
 * @param {string} folder
 * @param {readonly string[]} specs tarballs, or names with versions
 */
export async function install(folder, specs) {
  const { status, output } = await runNpm(
    [
      'install',
      '--prefer-offline',
      '--ignore-scripts',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--no-save',
      ...specs,
    ],
    { cwd: folder },
  );
  return verdict('npm install of the tarballs', status === 0 ? '' : output);
}

/**
 * Runs a program in the consumer's folder.
 *
 * @param {string} folder
 * @param {string} program
 */
export async function runProgram(folder, program) {
  cpSync(program, join(folder, basename(program)));
  const { status, output } = await runNode([basename(program)], { cwd: folder });
  return verdict(`node ${basename(program)}`, status === 0 ? '' : output || `ended with ${status}`);
}

/**
 * Type-checks a project in the consumer's folder.
 *
 * @param {string} folder
 * @param {string} types folder of the project
 * @param {string} config name of its configuration
 * @param {string} [compiler] the package that TypeScript is installed as
 */
export async function typecheck(folder, types, config, compiler = 'typescript') {
  const copy = join(folder, 'types');
  mkdirSync(copy, { recursive: true });
  cpSync(types, copy, { recursive: true });
  const { status, output } = await runNode([scriptOf(compiler, 'tsc'), '-p', join('types', config)], {
    cwd: folder,
  });
  return verdict(`tsc -p ${config} (${compiler})`, status === 0 ? '' : output);
}
