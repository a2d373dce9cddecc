import type { FileHandle } from 'node:fs/promises';
import { readAll, writeAll } from '@synaprune/files';
import type { FileRange } from '../view/model-view.js';
import type { DataFile } from './location.js';

/** Bytes that are copied in one go. */
const STRETCH = 1 << 23;

/** Copies a data file but for some ranges of it, which others write. */
export async function copyBetween(
  file: DataFile,
  to: FileHandle,
  ranges: readonly FileRange<DataFile>[],
): Promise<void> {
  let at = 0;
  for (const { offset, bytes } of ranges.toSorted((a, b) => a.offset - b.offset)) {
    await copyPlain(file, to, at, offset);
    at = offset + bytes;
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
