import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { outOfBounds } from '../external/location.js';

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
  /** As the model writes it. */
  readonly name: string;
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
  return { name: parts.join('/'), parts, handle, size: found.size };
}

/** Folder of a path, as it really is. */
export async function realFolderOf(path: string): Promise<string> {
  return await realpath(dirname(path)).catch((cause: unknown) => {
    throw new PruneError('file-failed', `the folder of ${path} cannot be reached`, { cause });
  });
}
