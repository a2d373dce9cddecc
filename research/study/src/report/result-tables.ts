import { amount, percent } from '@synaprune/examples-kit/format';
import { escapeHtml } from '@synaprune/examples-kit/report/html';
import type { ModelName, Score } from '../run.js';
import type { Study } from '../study.js';
import type { Analysis } from './analysis.js';
import { type Spread, spreadOf } from './cell-summaries.js';
import type { Observation } from './observations.js';
import { shareSeeds } from './shared-seeds.js';

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
  { cells, persistence, observations }: Analysis,
  arms: readonly string[],
  model: ModelName,
  series: number,
): string {
  const here = cells.filter((cell) => cell.model === model && cell.series === series);
  if (!here.some((cell) => cell.runs > 0)) return '';
  const published = study.protocol === 'published';
  const identity = study.series[series]!;
  const unit = published ? 'standard deviations of the target' : identity.unit || 'units of the target';
  const errorOf = (score: Score) => (published ? score.scaledMae : score.mae);
  const ofSeries = observations.filter((run) => run.model === model && run.series === series);
  const lines = study.lengths.map((length) =>
    comparableRuns(
      ofSeries.filter((run) => run.length === length),
      arms,
      study,
    ),
  );
  const baselineCell = (entries: readonly Baseline[], length: number, best: number): TableCell => {
    const score = entries.find((entry) => entry.series === series && entry.length === length)?.score;
    if (score === undefined) return { text: '–' };
    return { text: amount(errorOf(score)), ...(errorOf(score) < best ? { className: 'ahead' } : {}) };
  };
  const errorRows = study.lengths.map((length, index) => {
    const { runsOf, comparable } = lines[index]!;
    const spreads = arms.map((arm) => spreadOf(runsOf(arm).map((run) => errorOf(run.score))));
    const best = Math.min(...spreads.flatMap((spread) => spread?.mean ?? []));
    return row(String(length), [
      ...spreads.map((spread) => errorCell(spread, comparable ? best : null)),
      baselineCell(study.linear, length, best),
      baselineCell(persistence, length, best),
    ]);
  });
  const spreadRows = (read: (run: Observation) => number, print: (value: number) => string) => {
    const cellsOf = lines.map(({ runsOf }) => [
      ...arms.map((arm) => spreadCell(spreadOf(runsOf(arm).map(read)), print)),
      { text: '' },
      { text: '' },
    ]);
    const same = new Set(cellsOf.map((cells) => JSON.stringify(cells))).size === 1;
    return same && cellsOf.length > 1
      ? [row('all', cellsOf[0]!)]
      : cellsOf.map((cells, index) => row(String(study.lengths[index]), cells));
  };
  const heads = ['length', ...arms, 'linear', 'last value'];
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
            (run) => run.sparsity,
            (value) => percent(value),
          ),
        )
      : '') +
    group(
      'Epochs run',
      spreadRows(
        (run) => run.epochs,
        (value) => value.toFixed(1),
      ),
    ) +
    '</table></div>' +
    lines
      .flatMap(({ note }, index) =>
        note === '' ? [] : `<p>Length ${study.lengths[index]}: means ${escapeHtml(note)}.</p>`,
      )
      .join('')
  );
}

type Baseline = { readonly series: number; readonly length: number; readonly score: Score };

/** The runs of a row, of the seeds that every arm has, so that each mean is over the same ones. */
function comparableRuns(runs: readonly Observation[], arms: readonly string[], study: Study) {
  const there = arms.filter((arm) => runs.some((run) => run.arm === arm));
  const { values, count, note } = shareSeeds(
    there.map((arm) => runs.filter((run) => run.arm === arm)),
    there,
    ({ seed }) => `seed ${seed}`,
  );
  const short = there.length > 0 && note === '' && count < study.seeds.length;
  return {
    runsOf: (arm: string) => values[there.indexOf(arm)] ?? [],
    comparable: count > 0,
    note: short ? `over ${count} of ${study.seeds.length} seeds` : note,
  };
}

function errorCell(error: Spread | null, best: number | null): TableCell {
  if (error === null) return { text: '–', note: 'no run' };
  const half = error.interval === null ? null : error.interval[1] - error.mean;
  const decimals = amount(error.mean).split('.')[1]?.length ?? 0;
  return {
    text: amount(error.mean),
    ...(half === null ? {} : { note: `± ${half.toFixed(decimals)}` }),
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
