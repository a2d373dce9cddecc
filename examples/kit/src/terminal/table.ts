import Table, { type HorizontalAlignment } from 'cli-table3';
import pc from 'picocolors';

/** A table for the terminal, with colours where there may be some. */
export function createTable(
  head: readonly string[],
  align: (column: number) => HorizontalAlignment,
): { push(cells: readonly string[]): void; toString(): string } {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, column) => align(column)),
    // The table knows nothing of NO_COLOR and pipes.
    style: pc.isColorSupported
      ? { head: ['bold'], border: ['dim'], compact: true }
      : { head: [], border: [], compact: true },
  });
  return {
    push: (cells) => {
      table.push([...cells]);
    },
    toString: () => table.toString(),
  };
}
