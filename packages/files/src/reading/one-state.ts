import { type FileHandle, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { JOURNAL } from '../publish/names.js';
import { type System, system } from '../publish/system.js';

/** A file that is open, and the path by which it was. */
export interface NamedHandle {
  readonly path: string;
  readonly handle: FileHandle;
}

/**
 * That a model and its data files, all of them open, are of one state: no run is replacing files in the model's folder, and
 * each is still what its path names.
 *
 * The order counts. Once no run is at work, the folder holds one whole state, and a file that is found by its path after
 * that was there by then: a run that begins later gives paths to other files only, and the number of one that is open is
 * given to no other.
 *
 * @param folder the model's, real
 * @throws PruneError `file-failed`
 *
 * @example
 * ```ts no-run
 * import { open } from 'node:fs/promises';
 * import { requireOneState, settleFolder } from '@synaprune/files';
 *
 * const paths = ['/models/model.onnx', '/models/model.onnx.data'];
 * await settleFolder('/models');
 * const files = await Promise.all(paths.map(async (path) => ({ path, handle: await open(path) })));
 * await requireOneState('/models', files);
 * // What is read through these handles belongs together.
 * for (const { handle } of files) await handle.close();
 * ```
 */
export async function requireOneState(
  folder: string,
  files: readonly NamedHandle[],
  { identify }: Pick<System, 'identify'> = system,
): Promise<void> {
  if (identify(join(folder, JOURNAL)) !== undefined) throw replaced(files[0]!.path);
  for (const { path, handle } of files) {
    const opened = await handle.stat({ bigint: true });
    const named = await stat(path, { bigint: true }).catch(() => undefined);
    if (named?.ino !== opened.ino || named.dev !== opened.dev) throw replaced(path);
  }
}

function replaced(path: string): PruneError {
  return new PruneError('file-failed', `${quote(path, 500)} was replaced while it was read`);
}
