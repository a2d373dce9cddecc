import { constants } from 'node:fs';
import { type FileHandle, open, readlink, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';

/** A plain file that is open for reading. */
export interface PlainFile {
  readonly handle: FileHandle;
  readonly size: number;
}

/** Folder of a path, as it really is. */
export async function realFolderOf(path: string): Promise<string> {
  return await realpath(dirname(path)).catch((cause: unknown) => {
    const missing = (cause as NodeJS.ErrnoException | null)?.code === 'ENOENT';
    throw new PruneError(
      'file-failed',
      `the folder of ${quote(path, 500)} cannot be reached${missing ? ': there is none; make it first' : ''}`,
      { cause },
    );
  });
}

/**
 * Opens a plain file below a folder that no symbolic link leads to, and looks at what was opened rather than at what
 * was named.
 *
 * @param folder real
 * @param parts of its path below the folder
 * @param refuse makes the error of the reason, to stand behind "which"
 */
export async function openPlainFile(
  folder: string,
  parts: readonly string[],
  refuse: (why: string, cause?: unknown) => Error,
): Promise<PlainFile> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const path = join(folder, ...parts);
  let handle: FileHandle;
  try {
    // Not blocking, because a pipe would wait for a writer.
    handle = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw refuse(code === 'ELOOP' ? 'is a symbolic link' : `cannot be opened (${code})`, cause);
  }
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw refuse('is no plain file');
    const real = (await pathOf(handle)) ?? join(await realpath(dirname(path)), parts.at(-1)!);
    if (real !== path) throw refuse('a symbolic link leads to');
    return { handle, size: found.size };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** What Linux says a handle has open: a folder on the way may be another one by now. */
async function pathOf(handle: FileHandle): Promise<string | undefined> {
  if (process.platform !== 'linux') return undefined;
  return await readlink(`/proc/self/fd/${handle.fd}`).catch(() => undefined);
}

/** Fills all of `bytes` from the start of a file. */
export async function readAll({ handle }: PlainFile, bytes: Uint8Array, path: string): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const part = Math.min(bytes.length - done, 1 << 26);
    const { bytesRead } = await handle.read(bytes, done, part, done);
    if (bytesRead === 0) {
      throw new PruneError('file-failed', `${quote(path, 500)} ended at byte ${done}, while it was read`);
    }
    done += bytesRead;
  }
}
