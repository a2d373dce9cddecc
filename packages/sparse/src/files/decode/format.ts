/* What files and their readers agree on: docs/sparse-files.md. */

/** The first four bytes: `SYNP`, as a little-endian number. */
export const MAGIC = 0x504e5953;

/** The version of the layout, that of this release. */
export const VERSION = 1;

/** Bytes in front of the directory: magic, version, its length deflated and plain, checksum. */
export const PREFIX_BYTES = 20;

/** Most bytes of a result that one group holds, so that reading takes little memory beside the result. */
export const LARGEST_GROUP: number = 2 ** 22;

/** Most streams of a piece: a gap, a mask, a table and eight planes. */
export const MOST_STREAMS = 11;

/** How the values of a piece are written. Those below 8 are exact: the type's width, as a power of two; 4 more if rotated. */
export const HALVES = 8;
export const SCALED = 9;
export const CLUSTERED = 10;

/** Bytes that an element takes in the result. */
export function elementWidth(coding: number): number {
  return coding < HALVES ? 1 << (coding & 3) : 4;
}

/** Bytes that a kept value takes in the file, each in a plane of its own. */
export function planesOf(coding: number): number {
  if (coding < HALVES) return elementWidth(coding);
  return coding === HALVES ? 2 : 1;
}
