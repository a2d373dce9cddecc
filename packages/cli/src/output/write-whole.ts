import { access, constants, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import writeFileAtomic from 'write-file-atomic';

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
 * Writes a file whole or not at all: under another name beside it first, which then takes its own.
 *
 * @throws PruneError `bad-path`; the file is as it was then
 */
export async function writeWhole(what: string, path: string, content: Uint8Array | string): Promise<void> {
  try {
    await writeFileAtomic(
      path,
      typeof content === 'string'
        ? content
        : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    );
  } catch (cause) {
    throw pathError(what, path, cause);
  }
}

/**
 * That a file can be written before a minute is spent on what goes into it, and that it is none of those that are read.
 *
 * @param option the flag it was given by, for messages
 * @param sources files that must stay as they are
 * @throws PruneError `bad-path`
 */
export async function requireTarget(option: string, path: string, sources: readonly string[]): Promise<void> {
  const target = await realPath(path);
  for (const source of sources) {
    if ((await realPath(source)) !== target) continue;
    throw new PruneError(
      'bad-path',
      `${option} is ${quote(path, 500)}, which is read: what is read is never written to. Name another file`,
    );
  }
  try {
    const folder = dirname(resolve(path));
    if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
    await access(folder, constants.W_OK);
  } catch (cause) {
    throw pathError(option, path, cause);
  }
  const there = await lstat(path).catch(() => undefined);
  if (there?.isDirectory()) throw pathError(option, path, Object.assign(new Error(), { code: 'EISDIR' }));
}

/** The path behind links, of a file that may not be there yet. */
async function realPath(path: string): Promise<string> {
  const full = resolve(path);
  return await realpath(full).catch(async () =>
    join(await realpath(dirname(full)).catch(() => dirname(full)), basename(full)),
  );
}
