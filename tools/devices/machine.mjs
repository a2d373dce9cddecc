// @ts-check
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import process from 'node:process';

/**
 * What the rest asks of the machine it runs on. Tests put made-up answers in its place.
 *
 * @typedef {object} Machine
 * @property {NodeJS.Platform} platform
 * @property {Readonly<Record<string, string | undefined>>} env
 * @property {boolean} root runs as the superuser
 * @property {(path: string) => boolean} exists
 * @property {(path: string) => string | undefined} read a file's text
 * @property {(folder: string) => readonly string[]} list names in a folder; none where there is no folder
 * @property {(path: string) => string} resolve follows links
 * @property {(name: string) => string | undefined} which an executable on the path
 * @property {(library: string) => boolean} loads whether the dynamic linker finds a library
 * @property {(program: string, args: readonly string[]) => string | undefined} ask what a program prints; undefined where it fails
 */

/** @type {Machine} */
export const thisMachine = {
  platform: process.platform,
  env: process.env,
  root: process.getuid?.() === 0,
  exists: existsSync,
  read: (path) => attempt(() => readFileSync(path, 'utf8')),
  list: (folder) => attempt(() => readdirSync(folder).sort()) ?? [],
  resolve: (path) => attempt(() => realpathSync(path)) ?? path,
  which: (name) =>
    (process.env.PATH ?? '')
      .split(delimiter)
      .map((folder) => join(folder, name))
      .find((path) => attempt(() => accessSync(path, constants.X_OK) ?? true)),
  loads,
  ask: (program, args) =>
    attempt(() => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })),
};

/**
 * The linker's own answer: Node refuses a library that is no add-on only after it has been loaded.
 *
 * @param {string} library
 */
function loads(library) {
  try {
    process.dlopen({ exports: {} }, library);
    return true;
  } catch (error) {
    return error instanceof Error && error.message.includes('did not self-register');
  }
}

/**
 * @template Value
 * @param {() => Value} read
 */
function attempt(read) {
  try {
    return read();
  } catch {
    return undefined;
  }
}
