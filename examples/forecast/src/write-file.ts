import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, resolve } from 'node:path';
import { badData } from './data/bad-data.js';

/** Writes a file whole or not at all: into a neighbour first, which then takes the name. */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  try {
    writeFileSync(draft, content);
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw error;
  }
}

/**
 * Looks, without writing anything, whether a folder is there or can be made: the nearest part of its path that
 * exists has to be a folder one may write to.
 *
 * @throws PruneError `bad-data` when it is not, before an hour of training is lost to it
 */
export function requireWritable(folder: string): void {
  let nearest = resolve(folder);
  while (!existsSync(nearest)) nearest = dirname(nearest);
  if (!statSync(nearest).isDirectory()) throw badData(`--out needs a folder; ${nearest} is a file`);
  try {
    accessSync(nearest, constants.W_OK);
  } catch {
    throw badData(`--out needs a folder to write to; ${nearest} may not be written to`);
  }
}
