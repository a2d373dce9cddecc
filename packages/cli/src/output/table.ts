import Table from 'cli-table3';
import pc from 'picocolors';

/** How a table is laid out. */
export interface TableLayout {
  /** Columns that are written from the left; numbers stand to the right. The first unless told. */
  readonly left?: readonly number[];
  /** Characters of a line: the last column is broken where it would be longer. */
  readonly columns?: number;
}

/** Fewest characters of a column that is broken. */
const NARROWEST = 24;

/** A table for the terminal. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { left = [0], columns = Number.POSITIVE_INFINITY }: TableLayout = {},
): string {
  const widths = head.map(
    (text, i) => Math.max(text.length, ...rows.map((row) => (row[i] ?? '').length)) + 2,
  );
  const last = widths.pop() ?? 0;
  const rest = columns - widths.reduce((sum, width) => sum + width + 1, 2);
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (left.includes(column) ? 'left' : 'right')),
    ...(last > rest ? { colWidths: [...widths, Math.max(NARROWEST, rest)], wordWrap: true } : {}),
    // The table knows nothing of NO_COLOR and pipes.
    style: pc.isColorSupported
      ? { head: ['bold'], border: ['dim'], compact: true }
      : { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
