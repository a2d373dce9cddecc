/* What files and their readers agree on: docs/sparse-files.md. */

/** The first four bytes: `SYNP`, as a little-endian number. */
export const MAGIC = 0x504e5953;

/** The version of the layout, that of this release. */
export const VERSION = 1;

/** Bytes in front of the directory: magic, version, its length deflated and plain, checksum. */
export const PREFIX_BYTES = 20;

/** Most bytes of a directory, deflated and inflated. */
export const LARGEST_DIRECTORY: number = 2 ** 26;

/** Most bytes of a result that one group holds, so that reading takes little memory beside the result. */
export const LARGEST_GROUP: number = 2 ** 22;

/** Most streams of a piece: a gap, a mask, a table and eight planes. */
export const MOST_STREAMS = 11;

/**
 * How the values of a piece are written. Below 8 exactly: the width of the type as a power of two, and 4 more if it is
 * rotated, as floats are; or float32 whose leading bits are listed.
 */
export const LISTED = 4;
export const HALVES = 8;
export const SCALED = 9;
export const CLUSTERED = 10;

/** Bytes that an element takes in the result, and whole bytes that a kept value takes in the file, by coding. */
export const WIDTHS: readonly number[] = [1, 2, 4, 8, 4, 2, 4, 8, 4, 4, 4];
export const PLANES: readonly number[] = [1, 2, 4, 8, 1, 2, 4, 8, 2, 1, 1];
