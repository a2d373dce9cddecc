import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { isInputFile } from '../inputs/kinds.js';
import { type Draft, writeDraft } from './draft.js';

/** Why the system refused, in words where it is one of those that people meet. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EACCES: 'it may not be written to',
  EPERM: 'it may not be written to',
  EROFS: 'the disk is read-only',
  ENOENT: 'its folder is not there',
  ENOTDIR: 'what should be its folder is a file',
  EISDIR: 'it is a folder',
};

/** A failure of the file system as an error of the command line. */
export function pathError(what: string, path: string, cause: unknown): PruneError {
  const { code } = cause as NodeJS.ErrnoException;
  const reason = REASONS[code ?? ''] ?? (cause instanceof Error ? cause.message : String(cause));
  return new PruneError('bad-path', `${what} ${quote(path, 500)} cannot be written: ${reason}`, { cause });
}

/**
 * Writes a file beside its place, which it takes when it is published.
 *
 * @param what the flag that it was given by, for messages
 * @throws PruneError `bad-path`, of the writing and of the publishing; the file is as it was then
 */
export async function draftFile(what: string, path: string, content: Uint8Array | string): Promise<Draft> {
  const told = (cause: unknown) => {
    throw pathError(what, path, cause);
  };
  const { publish, discard } = await realPath(path)
    .then((target) => writeDraft(target, content))
    .catch(told);
  return { publish: () => publish().catch(told), discard };
}

/**
 * Writes a file whole or not at all.
 *
 * @throws PruneError `bad-path`; the file is as it was then
 */
export async function writeWhole(what: string, path: string, content: Uint8Array | string): Promise<void> {
  const draft = await draftFile(what, path, content);
  try {
    await draft.publish();
  } finally {
    await draft.discard();
  }
}

/**
 * That a file can be written before a minute is spent on what goes into it, and that it is none of those that are read,
 * nor another that is written.
 *
 * @param option the flag it was given by, for messages
 * @param sources files that must stay as they are, and folders whose files of inputs must
 * @param written other files that are written, by their flags
 * @throws PruneError `bad-path`
 */
export async function requireTarget(
  option: string,
  path: string,
  sources: readonly string[],
  written: Readonly<Record<string, string | undefined>> = {},
): Promise<void> {
  const target = await realPath(path);
  for (const source of sources) {
    const real = await realPath(source);
    if (real !== target && !(real === dirname(target) && isInputFile(target))) continue;
    throw new PruneError(
      'bad-path',
      `${option} is ${quote(path, 500)}, which is read: what is read is never written to. Name another file`,
    );
  }
  for (const [flag, other] of Object.entries(written)) {
    if (other === undefined || (await realPath(other)) !== target) continue;
    throw new PruneError(
      'bad-path',
      `${option} is ${quote(path, 500)}, which ${flag} writes too. Name another file`,
    );
  }
  try {
    const folder = dirname(resolve(path));
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw pathError(option, path, cause);
  }
  const there = await stat(path).catch(() => undefined);
  if (there === undefined && (await lstat(path).catch(() => undefined))?.isSymbolicLink()) {
    throw pathError(option, path, new Error('it is a symbolic link to a file that is not there'));
  }
  if (there?.isDirectory()) throw pathError(option, path, Object.assign(new Error(), { code: 'EISDIR' }));
  // A name given to something else, as a device or a pipe, would take its place.
  if (there?.isFile() === false) throw pathError(option, path, new Error('it is there and is no plain file'));
}

/** The path behind links, of a file that may not be there yet. */
async function realPath(path: string): Promise<string> {
  const full = resolve(path);
  return await realpath(full).catch(async () =>
    join(await realpath(dirname(full)).catch(() => dirname(full)), basename(full)),
  );
}
