import { badData } from '../bad-data.js';

/** Columns of a table. Each is looked at for dates, numbers and copies of others. */
export const MOST_COLUMNS = 2000;

/** Cells of a table, all of them together: what fits into the memory of a process. */
export const MOST_CELLS = 20_000_000;

/** Characters of a cell: what a spreadsheet can hold. */
export const LONGEST_CELL = 32_767;

/** What may stand between two cells. */
const SEPARATORS = new Set([...',;\t|\n'].map((mark) => mark.charCodeAt(0)));

/**
 * Looks at the bytes of a table before they are taken apart, which takes many times their memory.
 *
 * @throws PruneError `bad-data` when they may hold more cells than fit
 */
export function checkSize(path: string, bytes: Uint8Array, most: number = MOST_CELLS): void {
  let marks = 0;
  for (const byte of bytes) if (SEPARATORS.has(byte)) marks += 1;
  if (marks < most) return;
  throw badData(
    `${path} may hold ${(marks + 1).toLocaleString('en-US')} cells, more than the ${most.toLocaleString('en-US')} ` +
      'that are read; leave out columns or rows',
  );
}

/** @throws PruneError `bad-data` for a table with more columns than are looked at */
export function checkColumns(path: string, count: number): void {
  if (count <= MOST_COLUMNS) return;
  throw badData(`${path} has ${count} columns, more than the ${MOST_COLUMNS} that are looked at`);
}

/** @throws PruneError `bad-data` for a cell that is longer than any spreadsheet's, with its line */
export function checkCells(path: string, lines: readonly (readonly string[])[]): void {
  for (const [i, line] of lines.entries()) {
    for (const cell of line) {
      if (cell.length > LONGEST_CELL) {
        throw badData(
          `${path} needs cells of at most ${LONGEST_CELL} characters, got one of ${cell.length} on line ${i + 1}; ` +
            'is a quotation mark missing?',
        );
      }
    }
  }
}
