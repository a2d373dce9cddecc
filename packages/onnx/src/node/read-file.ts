import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { describe, quote } from '@synaprune/core/checks';
import {
  type NamedHandle,
  readAll,
  realFolderOf,
  requireOneState,
  settleFolder,
  watchFiles,
} from '@synaprune/files';
import { LARGEST_MODEL } from '../bytes/check-model-bytes.js';
import { embedExternalData } from '../external/embed.js';
import { bindNames, tensorsOf } from '../view/scopes.js';
import { viewModel } from '../view/view-model.js';
import { openExternalFiles } from './external-data.js';

/** A model that was read, with all of its weights in it. */
export interface OnnxFile {
  /** What functions of this package and its neighbours take. */
  readonly model: Uint8Array;
  /** Real paths of the files that it keeps weights in; none where it is one file. */
  readonly dataFiles: readonly string[];
}

/**
 * Reads an `.onnx` file and the files beside it that it keeps weights in, as one model, as {@link embedExternalData} makes
 * it. All of them are of one state: what another run replaces or writes to meanwhile is an error. What a run that was
 * killed had begun to replace there is put back first.
 *
 * Data files must be plain files inside the model's folder that no symbolic link leads to. Models of more than 2 GiB are
 * for {@link pruneOnnxFile}.
 *
 * @param path of the `.onnx` file
 * @throws TypeError when `path` is no path
 * @throws PruneError `file-failed` when a file cannot be read, or is replaced or written to while it is; `bad-model`;
 *   `external-data` when a data file is missing, too short or not where it may be, or all together are more than 2 GiB
 *
 * @example
 * ```ts no-run
 * import { shrinkOnnx } from '@synaprune/onnx-shrink';
 * import { readOnnxFile } from '@synaprune/onnx/node';
 *
 * const { model } = await readOnnxFile('model.onnx');
 * const shrunk = shrinkOnnx(model, { keep: 0.5 });
 * console.log(model.length, shrunk.model.length);
 * ```
 */
export async function readOnnxFile(path: string): Promise<OnnxFile> {
  if (typeof path !== 'string' || path === '') {
    throw new TypeError(`readOnnxFile needs the path of an .onnx file, got ${describe(path)}`);
  }
  const folder = await realFolderOf(path);
  await settleFolder(folder);
  const own = await openGiven(path);
  try {
    const bytes = await readWhole(own);
    const tensors = tensorsOf(bindNames(viewModel('readOnnxFile', bytes)));
    const data = await openExternalFiles(folder, tensors, { onlyRead: true });
    try {
      if (data.files.length === 0) return { model: bytes, dataFiles: [] };
      const size = data.files.reduce((sum, file) => sum + file.size, bytes.length);
      if (size > LARGEST_MODEL) throw tooLarge(path, size);
      const beside = data.files.map(({ parts, handle }) => ({ path: join(folder, ...parts), handle }));
      await requireOneState(folder, [own, ...beside]);
      const watched = await watchFiles(beside);
      const contents: [string, Uint8Array][] = [];
      for (const [i, { name }] of data.files.entries()) contents.push([name, await readWhole(beside[i]!)]);
      await watched.requireUnchanged();
      return {
        model: embedExternalData(bytes, Object.fromEntries(contents)),
        dataFiles: beside.map((file) => file.path),
      };
    } finally {
      await data.close();
    }
  } finally {
    await own.handle.close();
  }
}

/** A file of the caller's word: links are followed. */
async function openGiven(path: string): Promise<NamedHandle> {
  // Not blocking, because a pipe would wait for a writer.
  const { O_RDONLY, O_NONBLOCK = 0 } = constants;
  const handle = await open(path, O_RDONLY | O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    throw new PruneError('file-failed', `the model ${quote(path, 500)} cannot be opened (${cause.code})`, {
      cause,
    });
  });
  return { path, handle };
}

async function readWhole({ path, handle }: NamedHandle): Promise<Uint8Array> {
  const found = await handle.stat();
  if (!found.isFile()) throw new PruneError('file-failed', `${quote(path, 500)} is no plain file`);
  if (found.size > LARGEST_MODEL) {
    throw new PruneError(
      'bad-model',
      `${quote(path, 500)} has ${found.size} bytes; the most that the format allows is ${LARGEST_MODEL}`,
    );
  }
  const bytes = new Uint8Array(found.size);
  await readAll(handle, bytes, 0, path);
  return bytes;
}

function tooLarge(path: string, size: number): PruneError {
  return new PruneError(
    'external-data',
    `${quote(path, 500)} and its data have ${size} bytes, and ${LARGEST_MODEL} is the most that is read whole; ` +
      'pruneOnnxFile prunes files of any size',
  );
}
