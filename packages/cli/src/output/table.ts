import Table from 'cli-table3';
import pc from 'picocolors';

/** A table for the terminal: the columns named in `left` are written from the left, numbers from the right. */
export function tableText(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly number[] = [0],
): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => (left.includes(column) ? 'left' : 'right')),
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
    // The table knows nothing of NO_COLOR and pipes.
    style: pc.isColorSupported
      ? { head: ['bold'], border: ['dim'], compact: true }
      : { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([...row]);
  return table.toString();
}
