import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';

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
