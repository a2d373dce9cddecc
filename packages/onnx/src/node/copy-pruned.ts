import type { FileHandle } from 'node:fs/promises';
import type { FileRange } from '../view/model-view.js';
import type { Surveyed } from '../weights/survey.js';
import type { DataFile } from './location.js';
import { readAll, writeAll } from './output.js';
import { CHUNK, type StreamedWeight } from './stream-backend.js';

/** A weight, what is dropped of it, and where it lies if it is not in the model's own file. */
export interface PrunedRange {
  readonly surveyed: Surveyed;
  readonly weight: StreamedWeight;
  /** What is kept, as `readMask` gives it. */
  readonly bits: Uint8Array;
  readonly extent: FileRange<DataFile> | undefined;
  /** Counted while it is written. */
  readonly zeros: { before: number; after: number };
}

/** Bytes that are copied in one go. */
const STRETCH = 1 << 23;

/** Copies a data file, with what is dropped as zero. */
export async function copyPruned(
  file: DataFile,
  to: FileHandle,
  ranges: readonly PrunedRange[],
): Promise<void> {
  const sorted = ranges.toSorted((a, b) => a.extent!.offset - b.extent!.offset);
  let at = 0;
  for (const { weight, bits, extent, zeros } of sorted) {
    await copyPlain(file, to, at, extent!.offset);
    let end = extent!.offset;
    for (let first = 0; first < weight.elements; first += CHUNK) {
      const count = Math.min(CHUNK, weight.elements - first);
      const chunk = await weight.read(first, count);
      zeros.before += weight.format.countZeros(chunk, first, count);
      weight.format.clear(chunk, first, count, bits);
      zeros.after += weight.format.countZeros(chunk, first, count);
      await writeAll(to, chunk, end);
      end += chunk.length;
    }
    at = end;
  }
  await copyPlain(file, to, at, file.size);
}

async function copyPlain(
  { handle, name }: DataFile,
  to: FileHandle,
  from: number,
  end: number,
): Promise<void> {
  const room = new Uint8Array(Math.min(STRETCH, Math.max(0, end - from)));
  for (let at = from; at < end; at += room.length) {
    const stretch = room.subarray(0, Math.min(room.length, end - at));
    await readAll(handle, stretch, at, name);
    await writeAll(to, stretch, at);
  }
}
