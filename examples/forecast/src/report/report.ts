import { amount, percent } from '@synaprune/examples-kit/format';
import { noticeText } from '@synaprune/examples-kit/notices';
import { escapeHtml, factsHtml, listHtml, sectionHtml } from '@synaprune/examples-kit/report/html';
import { pageHtml } from '@synaprune/examples-kit/report/page';
import { numberCell, tableHtml } from '@synaprune/examples-kit/report/table';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import { headline } from '../headline.js';
import { learningText } from '../learning-text.js';
import { type ArmSummary, noticesOf, type Results } from '../results.js';
import type { Settings } from '../settings.js';
import type { RunResult } from '../train.js';
import { verdict } from '../verdict.js';
import { resultRows } from '../worth.js';
import { errorChart } from './error-chart.js';
import { forecastChart } from './forecast-chart.js';
import { keyFigures } from './key-figures.js';
import { lossChart } from './loss-chart.js';
import { maskPictures } from './masks.js';
import { PAGE_STYLE } from './page-style.js';
import { howToRead, limits } from './reading.js';
import { runFacts } from './run-facts.js';
import { runsTable } from './runs-table.js';
import { sparsityChart } from './sparsity-chart.js';
import { worthSection } from './worth-section.js';

/** What the report shows beside the results. */
export interface ReportDetails {
  readonly series: Series;
  readonly dataset: Dataset;
  readonly settings: Settings;
  readonly runs: readonly RunResult[];
}

/** The report: one HTML page that loads nothing. */
export function renderReport(given: Results, details: ReportDetails): string {
  const results = withShortNames(given);
  const { data } = results;
  const { series, dataset, settings, runs } = details;
  const pruned = results.arms.find((arm) => arm.name === 'synaptic-pruning');
  const title = `Forecasting ${data.target} with a pruned LSTM`;
  const rows = data.step === 'hour' ? 96 : 70;
  return pageHtml({
    title,
    style: PAGE_STYLE,
    eyebrow: `Synaprune · ${data.name} · ${results.created.slice(0, 10)}`,
    leadHtml: [
      `<p class="lead">${escapeHtml(headline(results))}</p>`,
      results.complete
        ? ''
        : '<p class="notice"><strong>Not every run has finished.</strong> This report shows those that have.</p>',
      keyFigures(results),
    ].join('\n'),
    mainHtml: [
      worthSection(results),
      sectionHtml('Result', resultTable(results) + verdictHtml(results) + errorChart(results)),
      noticesSection(results),
      sectionHtml(
        'Learning, epoch by epoch',
        listHtml(learningText(results)) + lossChart(results, dataset) + runsTable(results),
      ),
      pruned === undefined ? '' : pruningSections(pruned, runs, dataset, settings),
      sectionHtml('Forecasts and truth', forecastChart(series, dataset, runs, rows)),
      sectionHtml('How to read this', howToRead(results, settings, runs)),
      sectionHtml('What pruning does not give', limits()),
      sectionHtml('Data', dataFacts(results)),
      sectionHtml('Run', runFacts(results, settings)),
    ].join('\n'),
    footer: 'Made by the forecast example of Synaprune. This page is one file and loads nothing else.',
  });
}

/** Names of a file's columns may be a page long. */
function withShortNames(results: Results): Results {
  const { data } = results;
  return {
    ...results,
    data: {
      ...data,
      name: nameText(data.name),
      target: nameText(data.target),
      unit: nameText(data.unit),
      features: data.features.map((name) => nameText(name)),
      ignored: data.ignored.map(({ name, reason }) => ({ name: nameText(name), reason })),
      remarks: data.remarks.map((remark) => nameText(remark, 600)),
    },
  };
}

/** What did not come to hold; nothing where everything did. */
function noticesSection(results: Results): string {
  const told = noticesOf(results);
  if (told.length === 0) return '';
  return sectionHtml('What did not come to hold', listHtml(told.map(noticeText)));
}

function resultTable(results: Results): string {
  const { head, rows } = resultRows(results);
  const notes: Readonly<Record<number, string>> = { 1: results.data.unit, 3: 'reached', 7: 'a run' };
  const table = tableHtml(
    'Errors on the test part, sparsity, size and time by arm',
    head.map((text, column) => (column === 0 ? { text } : numberCell(text, notes[column]))),
    rows.map(({ name, kind, cells }) => ({
      className: kind === 'arm' ? `arm-${name}${name === 'synaptic-pruning' ? ' marked' : ''}` : kind,
      cells: [{ text: name }, ...cells.map((cell) => numberCell(cell))],
    })),
    'result',
  );
  const more = 'The table moves sideways; a wide screen shows numbers left, best epoch and seconds too.';
  return `${table}<p class="narrow-note">${more}</p>`;
}

function verdictHtml(results: Results): string {
  // The first sentence stands above everything; how trainings ended stands beside their curves.
  const elsewhere = learningText(results);
  return listHtml(
    verdict(results)
      .slice(1)
      .filter((sentence) => !elsewhere.includes(sentence)),
  );
}

function pruningSections(
  pruned: ArmSummary,
  runs: readonly RunResult[],
  dataset: Dataset,
  settings: Settings,
): string {
  const run = runs.find((candidate) => candidate.arm === 'synaptic-pruning')!;
  const sparsity = (kept: Uint8Array) => 1 - kept.reduce((sum, bit) => sum + bit, 0) / kept.length;
  const head = ['weight', 'shape', 'weights', 'kept', 'sparsity'].map((text, i) => ({ text, number: i > 1 }));
  const rows = run.kernels.map(({ name, shape, kept }) => ({
    cells: [
      { text: name },
      { text: shape.join(' × ') },
      { text: kept.length.toLocaleString('en-US'), number: true },
      { text: kept.reduce((sum, bit) => sum + bit, 0).toLocaleString('en-US'), number: true },
      { text: percent(sparsity(kept)), number: true },
    ],
  }));
  const table = `<div class="plain-heads">${tableHtml('Sparsity per weight', head, rows)}</div>`;
  return (
    sectionHtml('How sparse, and when', sparsityChart(pruned, settings)) +
    sectionHtml(
      'Which weights are left',
      `<p>${rankedHow(settings)} Seed ${run.seed}, at the restored epoch ${run.bestEpoch}. ` +
        'Filled cells are kept, pale ones are zero for good; percentages are the share that is kept.</p>' +
        table +
        maskPictures(run.kernels, dataset.features),
    )
  );
}

function rankedHow({ recipe: { score, distribution, pattern } }: Settings): string {
  const usual = (score?.kind ?? 'magnitude') === 'magnitude' && (pattern?.kind ?? 'element') === 'element';
  return usual && distribution !== 'uniform'
    ? 'All kernels are ranked together by magnitude, so some end sparser than others.'
    : 'What goes together, and how it is ranked, stands in the recipe, among the facts of the run.';
}

function dataFacts({ data, persistence, seasonal }: Results): string {
  const facts: [string, string][] = [
    ['Source', data.provenance],
    ['Licence', data.licence],
    [
      'Rows',
      `${data.rows.toLocaleString('en-US')}${data.from === null ? '' : `, ${data.from} to ${data.to}`}`,
    ],
    ['Target', `${data.target}, the next ${data.step}`],
    ['Inputs', data.features.join(', ')],
    ['Last value', `MAE ${amount(persistence.mae)}`],
  ];
  if (seasonal !== null) facts.push([`Value of ${seasonal.label}`, `MAE ${amount(seasonal.mae)}`]);
  if (data.ignored.length > 0)
    facts.push(['Not used', data.ignored.map(({ name, reason }) => `${name} (${reason})`).join(', ')]);
  if (data.remarks.length > 0) facts.push(['Put right', data.remarks.join('; ')]);
  if (data.skippedWindows > 0)
    facts.push(['Left out', `${data.skippedWindows} windows that touch missing values`]);
  return factsHtml(facts);
}
