import { quote } from '@synaprune/core/checks';
import type { Surveyed } from '../survey.js';
import { type DataFile, openDataFile, outOfBounds, partsOfLocation } from './location.js';

/** Where the elements of an external tensor lie. */
export interface Extent {
  readonly file: DataFile;
  readonly offset: number;
  readonly bytes: number;
}

/** A model's data files, open, and what lies where. */
export interface ExternalData {
  readonly files: readonly DataFile[];
  readonly extents: ReadonlyMap<Surveyed, Extent>;
  close(): Promise<void>;
}

/**
 * Opens every data file of a model and checks what the model says about it.
 *
 * @param folder the model's, real
 * @param pruned the tensors that will change: none may share bytes with another
 * @throws PruneError `external-data`; nothing is left open then
 */
export async function openExternalData(
  folder: string,
  tensors: readonly Surveyed[],
  pruned: ReadonlySet<Surveyed>,
): Promise<ExternalData> {
  const files = new Map<string, DataFile>();
  const extents = new Map<Surveyed, Extent>();
  const close = async (): Promise<void> => {
    for (const { handle } of files.values()) await handle.close();
  };
  try {
    for (const surveyed of tensors) {
      const { storage, place } = surveyed.tensor;
      if (storage.kind !== 'external') continue;
      const parts = partsOfLocation(storage.entries.get('location'), place);
      const key = parts.join('/');
      const file = files.get(key) ?? (await openDataFile(folder, parts, place));
      files.set(key, file);
      extents.set(surveyed, { file, ...rangeOf(surveyed, storage.entries, file) });
    }
    requireApart(extents, pruned);
  } catch (error) {
    await close();
    throw error;
  }
  return { files: [...files.values()], extents, close };
}

function rangeOf(
  { tensor }: Surveyed,
  entries: ReadonlyMap<string, string>,
  { parts, size }: DataFile,
): { readonly offset: number; readonly bytes: number } {
  const { place, type, elements } = tensor;
  const offset = wholeNumber(entries, 'offset', place) ?? 0;
  const length = wholeNumber(entries, 'length', place);
  if (type.bits === 0) throw outOfBounds(place, `elements of type ${type.name} in another file`);
  const bytes = Math.ceil((elements * type.bits) / 8);
  if (length !== undefined && length !== bytes) {
    throw outOfBounds(place, `the length ${length}; ${elements} elements of ${type.name} need ${bytes}`);
  }
  if (offset + bytes > size) {
    throw outOfBounds(place, `bytes ${offset} to ${offset + bytes} of ${parts.join('/')}, which has ${size}`);
  }
  return { offset, bytes };
}

function wholeNumber(entries: ReadonlyMap<string, string>, key: string, place: string): number | undefined {
  const text = entries.get(key);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw outOfBounds(place, `the ${key} ${quote(text, 40)}`);
  return value;
}

/** Pruning one tensor must not change another. */
function requireApart(extents: ReadonlyMap<Surveyed, Extent>, pruned: ReadonlySet<Surveyed>): void {
  const sorted = [...extents]
    .filter(([, { bytes }]) => bytes > 0)
    .sort(([, a], [, b]) => a.offset - b.offset);
  const last = new Map<DataFile, { end: number; changes: boolean; place: string }>();
  for (const [surveyed, { file, offset, bytes }] of sorted) {
    const { place } = surveyed.tensor;
    const before = last.get(file);
    const changes = pruned.has(surveyed);
    const overlaps = before !== undefined && offset < before.end;
    if (overlaps && (changes || before.changes)) {
      throw outOfBounds(place, `bytes in ${file.parts.join('/')} that ${before.place} has too`);
    }
    const end = offset + bytes;
    // Where unchanged tensors overlap, what matters is how far they reach together.
    last.set(file, overlaps ? { ...before, end: Math.max(end, before.end) } : { end, changes, place });
  }
}
