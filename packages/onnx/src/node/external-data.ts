import { readSync } from 'node:fs';
import { endedEarly } from '@synaprune/files';
import { fileRangeOf, type Placed, requireRangesApart } from '../external/file-range.js';
import { partsOfLocation } from '../external/location.js';
import type { FileRange, GivenFile, Reach, TensorView } from '../view/model-view.js';
import type { ChosenWeight } from '../weights/find-weights.js';
import type { Surveyed } from '../weights/survey.js';
import { type DataFile, openDataFile } from './location.js';
import type { OpenRules } from './open-rules.js';

/** Larger tensors are not looked into when weights are chosen: they are no scales, and no bases that anybody uses. */
const LARGEST_LOOKED_AT = 1 << 24;

/** A model's data files, open. With them, weights are chosen by what smaller tensors hold. */
export interface ExternalFiles extends Reach {
  readonly files: readonly DataFile[];
  /**
   * What lies where.
   *
   * @throws PruneError `external-data` when one that is pruned shares bytes with another
   */
  extentsOf(chosen: readonly ChosenWeight[]): ReadonlyMap<Surveyed, FileRange<DataFile>>;
  close(): Promise<void>;
}

/**
 * Opens every data file of a model and checks what the model says about it.
 *
 * @param folder the model's, real
 * @throws PruneError `external-data`; nothing is left open then
 */
export async function openExternalFiles(
  folder: string,
  tensors: readonly TensorView[],
  rules: OpenRules,
): Promise<ExternalFiles> {
  const files = new Map<string, DataFile>();
  const find = (tensor: TensorView): FileRange<DataFile> | undefined => {
    const { storage, place } = tensor;
    if (storage.kind !== 'external') return undefined;
    const file = files.get(partsOfLocation(storage.entries.get('location'), place).join('/'));
    return file && fileRangeOf(tensor, storage.entries, file, file);
  };
  const close = async (): Promise<void> => {
    for (const { handle } of files.values()) await handle.close();
  };
  try {
    for (const tensor of tensors) {
      const { storage, place } = tensor;
      if (storage.kind !== 'external') continue;
      const parts = partsOfLocation(storage.entries.get('location'), place);
      const key = parts.join('/');
      if (!files.has(key)) files.set(key, await openDataFile(folder, parts, place, rules));
      find(tensor);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    files: [...files.values()],
    locate: (tensor) => {
      const extent = find(tensor);
      const { storage } = tensor;
      if (storage.kind !== 'external' || extent === undefined || extent.bytes > LARGEST_LOOKED_AT)
        return tensor;
      return { ...tensor, storage: { ...storage, data: { ...extent, file: readable(extent.file) } } };
    },
    extentsOf: (chosen) => {
      const extents = new Map<Surveyed, FileRange<DataFile>>();
      const placed: Placed<DataFile>[] = [];
      for (const { surveyed, weight } of chosen) {
        const extent = find(surveyed.tensor);
        if (extent === undefined) continue;
        extents.set(surveyed, extent);
        placed.push({ ...extent, place: surveyed.tensor.place, changes: weight.pruned });
      }
      requireRangesApart(placed);
      return extents;
    },
    close,
  };
}

/** One tensor at a time, so that memory holds no more than one. */
function readable({ name, size, handle }: DataFile): GivenFile {
  return {
    name,
    size,
    read: (offset, bytes) => {
      const room = new Uint8Array(bytes);
      for (let done = 0; done < bytes; ) {
        const count = readSync(handle.fd, room, done, bytes - done, offset + done);
        if (count === 0) throw endedEarly(name, offset + done);
        done += count;
      }
      return room;
    },
  };
}
