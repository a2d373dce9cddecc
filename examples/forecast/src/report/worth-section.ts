import { escapeHtml, sectionHtml } from '@synaprune/examples-kit/report/html';
import { tableHtml } from '@synaprune/examples-kit/report/table';
import type { Results } from '../results.js';
import { bytesTable, fileForms, kernelTable, speedTable, type TextTable } from '../worth.js';
import { bytesChart } from './bytes-chart.js';
import { tradeChart } from './trade-chart.js';

/** What the pruned model takes on disk, and to predict; nothing where there is none. */
export function worthSection(results: Results): string {
  const forms = fileForms(results);
  const tables: readonly (readonly [string, TextTable | null, string?])[] = [
    ['Bytes', bytesTable(results), forms === null ? '' : bytesChart(forms)],
    ['Milliseconds', speedTable(results)],
    ['What multiplies', kernelTable(results)],
  ];
  const parts = tables.flatMap(([heading, table, chart = '']) =>
    table === null ? [] : `<h3>${escapeHtml(heading)}</h3>${chart}${textTableHtml(table)}`,
  );
  return parts.length === 0
    ? ''
    : sectionHtml(
        'What pruning is worth',
        `<h3>Error against bytes, and sparsity</h3>${tradeChart(results)}${parts.join('')}`,
      );
}

function textTableHtml({ caption, head, words = [], rows }: TextTable): string {
  const cells = (row: readonly string[]) =>
    row.map((text, column) => ({ text, number: column > 0 && !words.includes(column) }));
  return `<div class="plain-heads">${tableHtml(
    caption,
    cells(head),
    rows.map((row) => ({ cells: cells(row) })),
  )}</div>`;
}
