import { amount, percent } from '@synaprune/examples-kit/format';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import type { ModelName } from '../run.js';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import type { CellSummary, Spread } from './cell-summaries.js';

interface TableCell {
  readonly text: string;
  readonly note?: string;
  readonly className?: string;
}

/** The tables of the paper: for every model on every series a row a length and a column an arm. */
export function resultTables(study: Study, analysis: Analysis): string {
  const arms = study.arms.map((arm) => arm.name).filter((arm) => arm !== 'persistence');
  return study.models
    .map((model) => {
      const tables = study.series.map((_, series) => tableOf(study, analysis, arms, model, series)).join('');
      return tables === '' ? '' : `<h3>${model}</h3>${tables}`;
    })
    .join('');
}

/** Errors in original units, or in error units, which is what the published tables hold. */
function tableOf(
  study: Study,
  { cells, persistence }: Analysis,
  arms: readonly string[],
  model: ModelName,
  series: number,
): string {
  const here = cells.filter((cell) => cell.model === model && cell.series === series);
  if (!here.some((cell) => cell.runs > 0)) return '';
  const published = study.protocol === 'published';
  const identity = study.series[series]!;
  const unit = published ? 'standard deviations of the target' : identity.unit || 'units of the target';
  const errorOf = (cell: CellSummary) => (published ? cell.scaledMae : cell.mae);
  const find = (arm: string, length: number) =>
    here.find((cell) => cell.arm === arm && cell.length === length);
  const errorRows = study.lengths.map((length) => {
    const found = arms.map((arm) => find(arm, length));
    const means = found.flatMap((cell) => (cell === undefined ? [] : (errorOf(cell)?.mean ?? [])));
    const best = Math.min(...means);
    const last = persistence.find((entry) => entry.series === series && entry.length === length)?.score;
    const lastValue = last === undefined ? undefined : published ? last.scaledMae : last.mae;
    return row(String(length), [
      ...found.map((cell) => errorCell(cell, cell === undefined ? null : errorOf(cell), best, study)),
      lastValue === undefined
        ? { text: '–' }
        : { text: amount(lastValue), ...(lastValue < best ? { className: 'ahead' } : {}) },
    ]);
  });
  const spreadRows = (read: (cell: CellSummary) => Spread | null, print: (value: number) => string) => {
    const cellsOf = study.lengths.map((length) => [
      ...arms.map((arm) => {
        const cell = find(arm, length);
        return spreadCell(cell === undefined ? null : read(cell), print);
      }),
      { text: '' },
    ]);
    const same = new Set(cellsOf.map((cells) => JSON.stringify(cells))).size === 1;
    return same && cellsOf.length > 1
      ? [row('all', cellsOf[0]!)]
      : cellsOf.map((cells, index) => row(String(study.lengths[index]), cells));
  };
  const heads = ['length', ...arms, 'last value'];
  const title = `${model} on ${identity.name}`;
  const span = heads.length;
  const group = (name: string, rows: readonly string[]) =>
    `<tbody><tr class="group"><th colspan="${span}" scope="rowgroup">${escapeHtml(name)}</th></tr>${rows.join('')}</tbody>`;
  const prunes = here.some((cell) => (cell.sparsity?.greatest ?? 0) > 0);
  return (
    `<h4>${escapeHtml(identity.name)} <small>${escapeHtml(model)}</small></h4>` +
    `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(title)}"><table class="results">` +
    `<caption>${escapeHtml(title)}</caption><thead><tr>${heads.map((head) => `<th scope="col">${escapeHtml(head)}</th>`).join('')}</tr></thead>` +
    group(`MAE, ${unit}`, errorRows) +
    (prunes
      ? group(
          'Sparsity reached',
          spreadRows(
            (cell) => cell.sparsity,
            (value) => percent(value),
          ),
        )
      : '') +
    group(
      'Epochs run',
      spreadRows(
        (cell) => cell.epochs,
        (value) => value.toFixed(1),
      ),
    ) +
    '</table></div>'
  );
}

function errorCell(
  cell: CellSummary | undefined,
  error: Spread | null,
  best: number,
  study: Study,
): TableCell {
  if (cell === undefined || error === null) return { text: '–', note: cell === undefined ? '' : 'no run' };
  const half = error.interval === null ? null : error.interval[1] - error.mean;
  const decimals = amount(error.mean).split('.')[1]?.length ?? 0;
  const notes = [
    half === null ? '' : `± ${half.toFixed(decimals)}`,
    cell.runs < study.seeds.length ? `${cell.runs} of ${study.seeds.length}` : '',
  ];
  return {
    text: amount(error.mean),
    note: notes.filter((note) => note !== '').join('; '),
    ...(error.mean === best ? { className: 'best' } : {}),
  };
}

function spreadCell(spread: Spread | null, print: (value: number) => string): TableCell {
  if (spread === null) return { text: '–' };
  return spread.greatest === 0 ? { text: '' } : { text: print(spread.mean) };
}

function row(head: string, cells: readonly TableCell[]): string {
  const columns = cells.map(
    ({ text, note, className }) =>
      `<td class="${['number', className].filter(Boolean).join(' ')}">${escapeHtml(text)}${note ? `<small>${escapeHtml(note)}</small>` : ''}</td>`,
  );
  return `<tr><th scope="row">${escapeHtml(head)}</th>${columns.join('')}</tr>`;
}
