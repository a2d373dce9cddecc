import { amount, kilobytes, percent, spread } from '@synaprune/examples-kit/format';
import { createTable } from '@synaprune/examples-kit/terminal/table';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import type { Results } from './results.js';
import { bytesTable, speedTable } from './worth.js';

/** The table of the terminal, baselines first; narrower on a narrow terminal. */
export function renderTable(results: Results, columns: number): string {
  const wide = columns >= 108;
  const head = wide
    ? ['arm', 'MAE', 'RMSE', '÷ last value', 'sparsity', 'saved', 'gzip -9', 'brotli', 'seconds']
    : ['arm', 'MAE', 'RMSE', '÷ last', 'sparsity', 'gzip -9', 'seconds'];
  const table = createTable(head, (column) => (column === 0 ? 'left' : 'right'));
  const dash = pc.dim('–');
  const baseline = (name: string, { mae, rmse }: { readonly mae: number; readonly rmse: number }) =>
    table.push(
      [
        pc.italic(name),
        amount(mae),
        amount(rmse),
        (mae / results.persistence.mae).toFixed(3),
        ...head.slice(4).map(() => dash),
      ].map((cell) => cell),
    );
  baseline('last value', results.persistence);
  if (results.seasonal !== null) baseline(results.seasonal.label, results.seasonal);
  for (const arm of results.arms) {
    const bytes = wide
      ? [arm.sizes.denseBytes, arm.sizes.gzipBytes, arm.sizes.brotliBytes]
      : [arm.sizes.gzipBytes];
    table.push([
      arm.name === 'synaptic-pruning' ? pc.bold(arm.name) : arm.name,
      spread(arm.mae, arm.maeDeviation, arm.runs.length),
      spread(arm.rmse, arm.rmseDeviation, arm.runs.length),
      arm.persistenceRatio.toFixed(3),
      percent(arm.sparsity),
      ...bytes.map(kilobytes),
      arm.seconds.toFixed(1),
    ]);
  }
  return table.toString();
}

/** The lines below the table: what the numbers are, and where the data comes from. */
export function tableFooter({ data, arms }: Results): string[] {
  const seeds = Math.max(...arms.map((arm) => arm.runs.length));
  return [
    `MAE and RMSE in ${nameText(data.unit)} on ${data.windows.test.toLocaleString('en-US')} test rows, ` +
      (seeds > 1 ? `mean ± standard deviation over ${seeds} seeds; ` : 'one seed; ') +
      'sizes and seconds are means of a run; seconds depend on what ran beside it.',
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
