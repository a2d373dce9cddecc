import { createTable } from '@synaprune/examples-kit/terminal/table';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import type { Results } from './results.js';
import { bytesTable, resultRows, speedTable } from './worth.js';

/** The table of the terminal, the pruned arm first; narrower on a narrow terminal. */
export function renderTable(results: Results, columns: number): string {
  const wide = columns >= 108;
  const { head, rows } = resultRows(results);
  const shown = head.map((_, column) => column).filter((column) => wide || !WIDE_ONLY.includes(column));
  const table = createTable(
    shown.map((column) => head[column]!),
    (column) => (column === 0 ? 'left' : 'right'),
  );
  for (const { name, kind, cells } of rows) {
    const first = name === 'synaptic-pruning' ? pc.bold(name) : kind === 'arm' ? name : pc.italic(name);
    const all = [first, ...cells.map((cell) => (cell === '–' ? pc.dim(cell) : cell))];
    table.push(shown.map((column) => all[column]!));
  }
  return table.toString();
}

/** Columns that a narrow terminal has no room for: numbers left, seconds. */
const WIDE_ONLY = [4, 7];

/** The lines below the table: what the numbers are, and where the data comes from. */
export function tableFooter({ data, arms }: Results): string[] {
  const seeds = Math.max(...arms.map((arm) => arm.runs.length));
  return [
    `MAE in ${nameText(data.unit)} on ${data.windows.test.toLocaleString('en-US')} test rows, ` +
      (seeds > 1 ? `mean ± standard deviation over ${seeds} seeds; ` : 'one seed; ') +
      'bytes and seconds are means of a run; seconds depend on what ran beside it. RMSE stands in results.json.',
    `Data: ${nameText(data.provenance, 300)}. Licence: ${data.licence}.`,
  ];
}

/** The tables of what pruning is worth, one beneath the other: files, and milliseconds where they were measured. */
export function renderWorth(results: Results): string {
  const tables = [bytesTable(results), speedTable(results)].flatMap((given) => {
    if (given === null) return [];
    const table = createTable(given.head, (column) => (column === 0 ? 'left' : 'right'));
    for (const row of given.rows) table.push(row);
    return table.toString();
  });
  return tables.join('\n');
}
