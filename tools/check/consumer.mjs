// @ts-check
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { runNode, runNpm, scriptOf } from './command.mjs';
import { root } from './workspace.mjs';

/**
 * A fresh folder outside the repository, so that nothing resolves by accident.
 *
 * @returns {{ folder: string, remove: () => void }}
 */
export function createConsumer() {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-consumer-'));
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'consumer', private: true, type: 'module' }),
  );
  return { folder, remove: () => rmSync(folder, { recursive: true, maxRetries: 3 }) };
}

/**
 * Installs packages as a user would.
 *
 * @param {string} folder
 * @param {readonly string[]} specs tarballs, or names with versions
 * @param {readonly string[]} [more] flags
 */
export function install(folder, specs, more = []) {
  const flags = ['--prefer-offline', '--ignore-scripts', '--no-package-lock', '--no-audit', '--no-fund'];
  return runNpm(['install', ...flags, ...more, '--no-save', ...specs], { cwd: folder });
}

/**
 * Makes packages that `npm ci` brought reachable in a folder as if they were installed there, by links: npm takes minutes to
 * unpack the runtimes. What they need themselves they find where they lie; a package that is not named is not found.
 *
 * @param {string} folder
 * @param {readonly string[]} names
 * @param {readonly string[]} [homes] folders whose node_modules are looked in, the first first
 */
export function linkPackages(folder, names, homes = [root]) {
  for (const name of names) {
    const found = homes.map((home) => join(home, 'node_modules', name)).find((path) => existsSync(path));
    if (found === undefined) throw new Error(`npm ci brought no ${name}`);
    const link = join(folder, 'node_modules', name);
    rmSync(link, { recursive: true, force: true });
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(found, link, 'junction');
  }
}

/**
 * Runs a program in the consumer's folder.
 *
 * @param {string} folder
 * @param {string} program
 */
export function runProgram(folder, program) {
  cpSync(program, join(folder, basename(program)));
  return runNode([basename(program)], { cwd: folder });
}

/**
 * Type-checks a project in the consumer's folder.
 *
 * @param {string} folder
 * @param {string} types folder of the project
 * @param {string} config name of its configuration
 * @param {string} [compiler] the package that TypeScript is installed as
 */
export function typecheck(folder, types, config, compiler = 'typescript') {
  const copy = join(folder, 'types');
  mkdirSync(copy, { recursive: true });
  cpSync(types, copy, { recursive: true });
  return runNode([scriptOf(compiler, 'tsc'), '-p', join('types', config)], { cwd: folder });
}
