import { type Extent, extentOf, type Placed, requireApart } from '../external/extent.js';
import { partsOfLocation } from '../external/location.js';
import type { Surveyed } from '../survey.js';
import { type DataFile, openDataFile } from './location.js';
import type { OpenRules } from './opened-file.js';

/** A model's data files, open, and what lies where. */
export interface ExternalFiles {
  readonly files: readonly DataFile[];
  readonly extents: ReadonlyMap<Surveyed, Extent<DataFile>>;
  close(): Promise<void>;
}

/**
 * Opens every data file of a model and checks what the model says about it.
 *
 * @param folder the model's, real
 * @param pruned the tensors that will change: none may share bytes with another
 * @throws PruneError `external-data`; nothing is left open then
 */
export async function openExternalFiles(
  folder: string,
  tensors: readonly Surveyed[],
  pruned: ReadonlySet<Surveyed>,
  rules: OpenRules,
): Promise<ExternalFiles> {
  const files = new Map<string, DataFile>();
  const extents = new Map<Surveyed, Extent<DataFile>>();
  const close = async (): Promise<void> => {
    for (const { handle } of files.values()) await handle.close();
  };
  try {
    for (const surveyed of tensors) {
      const { storage, place } = surveyed.tensor;
      if (storage.kind !== 'external') continue;
      const parts = partsOfLocation(storage.entries.get('location'), place);
      const key = parts.join('/');
      const file = files.get(key) ?? (await openDataFile(folder, parts, place, rules));
      files.set(key, file);
      extents.set(surveyed, extentOf(surveyed.tensor, storage.entries, file, file));
    }
    requireApart(
      [...extents].map(
        ([surveyed, extent]): Placed<DataFile> => ({
          ...extent,
          place: surveyed.tensor.place,
          changes: pruned.has(surveyed),
        }),
      ),
    );
  } catch (error) {
    await close();
    throw error;
  }
  return { files: [...files.values()], extents, close };
}
