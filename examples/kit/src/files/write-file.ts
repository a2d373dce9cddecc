import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { badData } from '../bad-data.js';
import { openDraft, removeStaleDrafts } from './drafts.js';

/**
 * Writes a file whole or not at all: into a draft beside it, which then takes the name. Drafts that a killed process
 * left in the folder are removed.
 */
export function writeFileWhole(path: string, content: string | Uint8Array): void {
  makeFolders(dirname(path));
  removeStaleDrafts(dirname(path));
  const draft = openDraft(path);
  try {
    try {
      writeFileSync(draft.file, content);
      fsyncSync(draft.file);
    } finally {
      closeSync(draft.file);
    }
    renameSync(draft.path, path);
  } catch (error) {
    rmSync(draft.path, { force: true });
    throw error;
  }
}

/** What is going to be written into a folder, by name. */
export interface Intended {
  readonly files: readonly string[];
  readonly folders?: readonly string[];
}

/**
 * Tries whether files can be written into a folder, by making it and writing one. What it made is gone again when it
 * returns.
 *
 * @param intended names in that folder that must not be taken by something else
 * @throws PruneError `bad-data` when they cannot be, before an hour of training is lost to it
 */
export function requireWritable(folder: string, intended: Intended = { files: [] }): void {
  // An empty variable of a shell, most likely: it would mean the folder one happens to be in.
  if (folder === '') throw badData('--out needs a folder, got an empty path');
  const out = resolve(folder);
  let nearest = out;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  if (!statSync(nearest).isDirectory()) throw badData(`--out needs a folder; ${nearest} is a file`);
  for (const name of intended.files) {
    const path = join(out, name);
    if (existsSync(path) && !statSync(path).isFile()) {
      throw badData(`--out needs a folder where ${name} can be written; ${path} is no file`);
    }
  }
  const folders = [out, ...(intended.folders ?? []).map((name) => join(out, name))];
  for (const path of folders) {
    if (existsSync(path) && !statSync(path).isDirectory()) {
      throw badData(`--out needs a folder; ${path} is a file`);
    }
    if (path === out || existsSync(path)) tryWriting(path);
  }
}

function tryWriting(folder: string): void {
  let first: string | undefined;
  try {
    first = makeFolders(folder);
    removeStaleDrafts(folder);
    const draft = openDraft(join(folder, 'probe'));
    try {
      writeFileSync(draft.file, 'probe');
    } finally {
      closeSync(draft.file);
      rmSync(draft.path, { force: true });
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw badData(`--out needs a folder to write to; ${folder} cannot be written to: ${code ?? message}`);
  } finally {
    if (first !== undefined) removeEmpty(folder, first);
  }
}

/**
 * Makes a folder and those around it, and answers the first that it made. Node's own way of doing so never returns
 * where the file system says, as /proc does, that there is no such folder to make one in.
 */
function makeFolders(folder: string): string | undefined {
  const missing: string[] = [];
  for (let path = resolve(folder); !existsSync(path); path = dirname(path)) missing.push(path);
  for (const path of missing.toReversed()) {
    try {
      mkdirSync(path);
    } catch (error) {
      // Another process may be as far.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return missing.at(-1);
}

/** Removes a folder and those around it up to `last`, as long as nothing is in them. */
function removeEmpty(folder: string, last: string): void {
  try {
    for (let path = folder; ; path = dirname(path)) {
      rmdirSync(path);
      if (path === last) return;
    }
  } catch {
    // Somebody put something in.
  }
}
