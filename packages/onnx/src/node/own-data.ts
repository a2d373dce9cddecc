import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { PruneError } from '@synaprune/core';
import { quote } from '@synaprune/core/checks';
import { partsOfLocation } from '../external/location.js';
import { bindNames, tensorsOf } from '../view/scopes.js';
import { viewModel } from '../view/view-model.js';
import { readModelFile } from './read-model-file.js';

/**
 * That no data file takes the place of one of another model: what is there already is named by the model that is
 * replaced with it.
 *
 * @param out path of the model
 * @param folder its folder, real
 * @param names of the data files, below the folder
 * @throws PruneError `file-failed`
 */
export async function requireOwnData(out: string, folder: string, names: readonly string[]): Promise<void> {
  let own: ReadonlySet<string> | undefined;
  for (const name of names) {
    const path = join(folder, name);
    // What is no file is refused when it is to be replaced.
    if ((await lstat(path).catch(() => undefined))?.isFile() !== true) continue;
    own ??= await dataOf(out);
    if (own.has(name)) continue;
    throw new PruneError(
      'file-failed',
      `${quote(path, 500)} is there and holds no data of ${quote(out, 500)}; a model with external data needs a folder ` +
        'of its own',
    );
  }
}

/** The data files of the model that is there; none where there is no model. */
async function dataOf(path: string): Promise<ReadonlySet<string>> {
  try {
    const { bytes, handle } = await readModelFile(path, {});
    await handle.close();
    return new Set(
      tensorsOf(bindNames(viewModel('pruneOnnxFile', bytes))).flatMap(({ storage, place }) =>
        storage.kind === 'external'
          ? [partsOfLocation(storage.entries.get('location'), place).join('/')]
          : [],
      ),
    );
  } catch {
    return new Set();
  }
}
