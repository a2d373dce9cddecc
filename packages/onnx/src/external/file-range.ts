import { quote } from '@synaprune/core/checks';
import { recogniseFile } from '../bytes/recognise-file.js';
import { showPlace } from '../bytes/wire.js';
import type { FileRange, TensorView } from '../view/model-view.js';
import { outOfBounds } from '../view/out-of-bounds.js';

/**
 * The range that a model says a tensor has in a file.
 *
 * @throws PruneError `external-data` unless it lies in the file and has the length that the shape needs
 */
export function fileRangeOf<File>(
  { place, type, elements }: TensorView,
  entries: ReadonlyMap<string, string>,
  file: File,
  given: {
    readonly name: string;
    readonly size: number;
    /** Bytes of it, where it lies in memory. */
    readonly read?: (offset: number, bytes: number) => Uint8Array;
  },
): FileRange<File> {
  const { name, size } = given;
  const offset = wholeNumber(entries, 'offset', place) ?? 0;
  const length = wholeNumber(entries, 'length', place);
  if (type.bits === 0) throw outOfBounds(place, `elements of type ${type.name} in another file`);
  const bytes = Math.ceil((elements * type.bits) / 8);
  if (length !== undefined && length !== bytes) {
    throw outOfBounds(place, `the length ${length}; ${elements} elements of ${type.name} need ${bytes}`);
  }
  if (offset + bytes > size) {
    const kind = given.read === undefined ? undefined : recogniseFile(given.read(0, Math.min(size, 1024)));
    // Only what is text tells itself for sure: the first bytes of weights may be anything.
    const told = kind !== undefined && /^(a git-lfs|an HTML|an empty|JSON|XML|text)/.test(kind);
    throw outOfBounds(
      place,
      `bytes ${offset} to ${offset + bytes} of ${quote(name)}, which has ${size}${told ? ` and is ${kind}` : ''}`,
    );
  }
  return { file, offset, bytes };
}

function wholeNumber(entries: ReadonlyMap<string, string>, key: string, place: string): number | undefined {
  const text = entries.get(key);
  if (text === undefined) return undefined;
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw outOfBounds(place, `the ${key} ${quote(text, 40)}`);
  return value;
}

/** A tensor in a data file, and whether it will be written. */
export interface Placed<File> extends FileRange<File> {
  readonly place: string;
  readonly changes: boolean;
}

/**
 * That no tensor reaches into another, and none that changes has its bytes in common with another: two that stay
 * may be one range of a file, as some writers save equal tensors.
 *
 * @throws PruneError `external-data`
 */
export function requireRangesApart<File extends { readonly name: string }>(
  placed: readonly Placed<File>[],
): void {
  const sorted = placed.filter(({ bytes }) => bytes > 0).sort((a, b) => a.offset - b.offset);
  const last = new Map<File, Placed<File>>();
  for (const each of sorted) {
    const before = last.get(each.file);
    const overlaps = before !== undefined && each.offset < before.offset + before.bytes;
    const same = overlaps && each.offset === before.offset && each.bytes === before.bytes;
    if (overlaps && (!same || each.changes || before.changes)) {
      throw outOfBounds(
        each.place,
        `bytes in ${quote(each.file.name)} that ${showPlace(before.place)} has too`,
      );
    }
    last.set(each.file, overlaps ? { ...each, changes: each.changes || before.changes } : each);
  }
}
