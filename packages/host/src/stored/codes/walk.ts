import { type CodeBook, rowsOf } from './code-book.js';

/** Which row an element has, while elements are gone through one after the other. */
export interface Walk {
  readonly rows: number;
  readonly size: number;
  /** The first row, and how many more elements have it, or, where each has the next one, how many rows are to come. */
  readonly row: number;
  readonly left: number;
  /** The same after a turn to another row. */
  readonly span: number;
  /** 1 where each element has the next row, else 0. */
  readonly step: 0 | 1;
}

/** How the rows of a book are gone through from an element on. */
export function walkOf(book: CodeBook, first: number): (from: number) => Walk {
  const size = 2 ** book.bits;
  const { rows, run } = rowsOf(book);
  return (from) => {
    const row = Math.floor((first + from) / run) % rows;
    return run === 1
      ? { rows, size, row, left: rows - row, span: rows, step: 1 }
      : { rows, size, row, left: run - ((first + from) % run), span: run, step: 0 };
  };
}
