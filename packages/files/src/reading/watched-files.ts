import type { FileHandle } from 'node:fs/promises';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import type { NamedHandle } from './one-state.js';

/** Files that are open, and what they were when they began to be watched. */
export interface WatchedFiles {
  /**
   * That nothing was written to any of them since.
   *
   * @param cause an error that may have come of it
   * @throws PruneError `file-failed`
   */
  requireUnchanged(cause?: unknown): Promise<void>;
}

/**
 * Notes the size of files and when they were last written to, so that what is read of them meanwhile can be trusted.
 * What takes a file's name leaves the file alone: that it is another is for {@link requireOneState} to tell.
 *
 * @example
 * ```ts no-run
 * import { open } from 'node:fs/promises';
 * import { readAll, watchFiles } from '@synaprune/files';
 *
 * const handle = await open('/models/weights.bin');
 * const watched = await watchFiles([{ path: '/models/weights.bin', handle }]);
 * const bytes = new Uint8Array((await handle.stat()).size);
 * await readAll(handle, bytes, 0, '/models/weights.bin');
 * await watched.requireUnchanged();
 * await handle.close();
 * ```
 */
export async function watchFiles(files: readonly NamedHandle[]): Promise<WatchedFiles> {
  const stamps = async () => await Promise.all(files.map(({ handle }) => stampOf(handle)));
  const before = await stamps();
  return {
    requireUnchanged: async (cause) => {
      const after = await stamps();
      const changed = files.find((_, i) => after[i] !== before[i]);
      if (changed === undefined) return;
      throw new PruneError(
        'file-failed',
        `${quote(changed.path, 500)} was written to while it was read; try again when it is at rest`,
        { cause },
      );
    },
  };
}

async function stampOf(handle: FileHandle): Promise<string> {
  const { size, mtimeNs } = await handle.stat({ bigint: true });
  return `${size} ${mtimeNs}`;
}
