import { join } from 'node:path';
import { requireOneState } from '@synaprune/files';
import { bindNames, tensorsOf } from '../view/scopes.js';
import { viewModel } from '../view/view-model.js';
import type { ExternalFiles } from './external-data.js';
import { openData } from './model-data.js';
import type { OpenRules } from './open-rules.js';
import { readModelFile } from './read-model-file.js';

/** A model that was read, and the files that it keeps weights in, open. */
export interface OpenedModelFile {
  readonly bytes: Uint8Array;
  /** The folder that it was found in, real: its data files are there. */
  readonly folder: string;
  /** Whether the system told what was opened as the model. */
  readonly proven: boolean;
  readonly data: ExternalFiles;
}

/**
 * Reads a model and opens its data files, all of one state: what another run replaces meanwhile is an error.
 *
 * @throws PruneError `file-failed`, `bad-model`, `external-data`; nothing is left open then
 */
export async function openModel(
  path: string,
  { externalData, rules }: { readonly externalData: boolean; readonly rules: OpenRules },
): Promise<OpenedModelFile> {
  const { bytes, folder, proven, path: found, handle } = await readModelFile(path, rules);
  try {
    const tensors = tensorsOf(bindNames(viewModel('pruneOnnxFile', bytes)));
    const data = await openData(tensors, { externalData, folder, rules });
    if (data.files.length === 0) return { bytes, folder, proven, data };
    try {
      const beside = data.files.map(({ parts, handle }) => ({ path: join(folder, ...parts), handle }));
      await requireOneState(folder, [{ path: found, handle }, ...beside]);
    } catch (error) {
      await data.close();
      throw error;
    }
    return { bytes, folder, proven, data };
  } finally {
    await handle.close();
  }
}
