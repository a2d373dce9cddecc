import { type CodeBook, rowsOf } from './code-book.js';
import { type Distances, distancesOf } from './distances.js';

/** Cuts through the codes of a book, as the kernels take them: by distances of each row, in lanes as wide as a code. */
export interface Lanes {
  readonly distances: Distances;
  /** Zeros, and then each cut, for each row, or for each element until they begin again. */
  readonly entries: Uint8Array | Uint16Array;
  /** Entries of one of those. */
  readonly pitch: number;
  /** What a distance between the second cut and the third, if there is one, is counted at, less the distance. */
  readonly bases: Int32Array;
  /** The magnitudes that are counted there. */
  readonly counted: Int32Array;
  /** Where in the entries an element is, how many more have the same, and then have each of the others. */
  readonly startAt: (index: number) => { readonly row: number; readonly left: number };
  readonly rows: number;
  readonly span: number;
}

/** Elements of a word of a mask. A row of fewer is told for each of its elements. */
const WORD = 32;

/** Entries of more elements take longer to make than they are worth. */
const MOST_ENTRIES = 1 << 18;

/**
 * Cuts through a book.
 *
 * @param cutsOf how many distances of a row are below each
 * @returns `undefined` where codes do not rank by distance, or one of 8 or 16 bits cannot tell where a cut is
 */
export function lanesOf(
  book: CodeBook,
  cutsOf: (row: number, distances: Distances) => readonly number[],
  { counts = false }: { readonly counts?: boolean } = {},
): Lanes | undefined {
  const distances = distancesOf(book);
  if (distances === undefined) return undefined;
  const { rows, run } = rowsOf(book);
  const apart = run < WORD;
  const period = apart ? rows * run : rows;
  if (period > MOST_ENTRIES) return undefined;
  const pitch = apart ? period + WORD - 1 : period;
  const most = 2 ** book.bits - 1;
  const cuts: number[] = [];
  const perRow = new Int32Array(rows);
  const counted: number[] = [];
  for (let row = 0; row < rows; row += 1) {
    const own = cutsOf(row, distances);
    // The largest number stands for all distances there are, so that it cannot stand for all but one.
    if (own.includes(most) && distances.ranksOf(row).length > most) return undefined;
    for (const cut of own) cuts.push(Math.min(cut, most));
    if (!counts) continue;
    const [, from = 0, to = 0] = own;
    perRow[row] = counted.length - from;
    if (from >= to) continue;
    for (const rank of distances.ranksOf(row).subarray(from, to)) counted.push(rank);
  }
  const each = cuts.length / rows;
  const entries = new (book.bits === 8 ? Uint8Array : Uint16Array)((1 + each) * pitch);
  const bases = new Int32Array(pitch);
  for (let at = 0; at < pitch; at += 1) {
    const row = apart ? Math.floor((at % period) / run) : at;
    entries[at] = distances.zeros[row]!;
    for (let cut = 0; cut < each; cut += 1) entries[(1 + cut) * pitch + at] = cuts[row * each + cut]!;
    bases[at] = perRow[row]!;
  }
  return {
    distances,
    entries,
    pitch,
    bases,
    counted: Int32Array.from(counted),
    rows: period,
    span: apart ? 0 : run,
    startAt: (index) =>
      apart
        ? { row: index % period, left: 0 }
        : { row: Math.floor(index / run) % rows, left: run - (index % run) },
  };
}

/** How many of some magnitudes, in order, are below one. */
export function countBelow(ranks: Int32Array, magnitude: number): number {
  let [from, to] = [0, ranks.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (ranks[middle]! < magnitude) from = middle + 1;
    else to = middle;
  }
  return from;
}
