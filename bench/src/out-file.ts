import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * Tries whether a file can be written, by writing another beside it, and removes that again.
 *
 * @throws Error that names the path, before an hour of measuring is lost to it
 */
export function requireWritable(path: string): void {
  const target = resolve(path);
  if (existsSync(target) && !statSync(target).isFile()) {
    throw new Error(`--out needs the path of a file; ${target} is none`);
  }
  try {
    const draft = openDraft(target);
    closeSync(draft.file);
    rmSync(draft.path, { force: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`--out needs a path that can be written to; ${target} cannot: ${code ?? message}`);
  }
}

/** Writes a file whole or not at all: into a draft beside it, which then takes the name. */
export function writeWhole(path: string, content: string): void {
  const draft = openDraft(resolve(path));
  try {
    writeFileSync(draft.file, content);
    closeSync(draft.file);
    renameSync(draft.path, path);
  } catch (error) {
    rmSync(draft.path, { force: true });
    throw error;
  }
}

/** A new file with a name that nobody can foresee, and no link that somebody laid. */
function openDraft(target: string): { readonly path: string; readonly file: number } {
  const path = join(dirname(target), `.${basename(target)}.${randomBytes(8).toString('hex')}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  return { path, file: openSync(path, flags, 0o666) };
}
