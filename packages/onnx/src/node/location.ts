import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe } from '@synaprune/core/checks';
import { showPlace } from '../wire.js';

/**
 * A location that a model names, as the parts of a path below the model's folder.
 *
 * @throws PruneError `external-data` when it could lead anywhere else
 */
export function partsOfLocation(location: string | undefined, place: string): readonly string[] {
  const refuse = (why: string) => outOfBounds(place, `the location ${describe(location)}, ${why}`);
  if (location === undefined || location === '') throw refuse('which names no file');
  if (location.includes('\0')) throw refuse('which holds a NUL');
  if (location.includes('\\')) throw refuse('which holds a backslash');
  if (location.startsWith('/')) throw refuse('which is absolute');
  // Drive letters, URLs and the marks that runtimes keep for themselves.
  if (/^[a-z][a-z0-9+.-]*:/i.test(location) || location.includes('*/'))
    throw refuse('which is no relative path');
  const parts = location.split('/').filter((part) => part !== '.');
  if (parts.some((part) => part === '..')) throw refuse('which leads out of its folder');
  if (parts.length === 0 || parts.some((part) => part === '')) throw refuse('which names no file');
  return parts;
}

/** The folder of a file below `folder`, which is real, unless a link leads somewhere else. */
export async function requireRealFolder(
  folder: string,
  parts: readonly string[],
  place: string,
): Promise<string> {
  const wanted = join(folder, ...parts.slice(0, -1));
  const real = await realpath(wanted).catch((cause: unknown) => {
    throw outOfBounds(place, `its data in ${parts.join('/')}, whose folder cannot be reached`, cause);
  });
  if (real !== wanted)
    throw outOfBounds(place, `its data in ${parts.join('/')}, which a symbolic link leads to`);
  return wanted;
}

/** A file that external data comes from. */
export interface DataFile {
  readonly parts: readonly string[];
  readonly handle: FileHandle;
  readonly size: number;
}

/**
 * Opens a data file: a plain file that no link leads to, neither symbolic nor hard.
 *
 * @throws PruneError `external-data`
 */
export async function openDataFile(
  folder: string,
  parts: readonly string[],
  place: string,
): Promise<DataFile> {
  const path = join(await requireRealFolder(folder, parts, place), parts.at(-1)!);
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  // Not blocking, because a pipe would wait for a writer.
  const handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).catch(
    (cause: NodeJS.ErrnoException) => {
      const what =
        cause.code === 'ELOOP' ? 'which is a symbolic link' : `which cannot be opened (${cause.code})`;
      throw outOfBounds(place, `its data in ${parts.join('/')}, ${what}`, cause);
    },
  );
  const found = await handle.stat();
  const complaint = found.isFile()
    ? found.nlink > 1
      ? 'which is a hard link'
      : undefined
    : 'which is no plain file';
  if (complaint !== undefined) {
    await handle.close();
    throw outOfBounds(place, `its data in ${parts.join('/')}, ${complaint}`);
  }
  return { parts, handle, size: found.size };
}

/** A `external-data` error that names the place. */
export function outOfBounds(place: string, got: string, cause?: unknown): PruneError {
  return new PruneError(
    'external-data',
    `${showPlace(place)} has ${got}`,
    cause === undefined ? undefined : { cause },
  );
}

/** Folder of a path, as it really is. */
export async function realFolderOf(path: string): Promise<string> {
  return await realpath(dirname(path)).catch((cause: unknown) => {
    throw new PruneError('file-failed', `the folder of ${path} cannot be reached`, { cause });
  });
}
