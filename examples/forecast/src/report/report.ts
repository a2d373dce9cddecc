import { amount, factor, kilobytes, percent, signedPercent, spread } from '@synaprune/examples-kit/format';
import { noticeText } from '@synaprune/examples-kit/notices';
import { escapeHtml, factsHtml, listHtml, sectionHtml } from '@synaprune/examples-kit/report/html';
import { pageHtml } from '@synaprune/examples-kit/report/page';
import { numberCell, tableHtml } from '@synaprune/examples-kit/report/table';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import { aimOf } from '../pruning-aim.js';
import { type ArmSummary, noticesOf, type Results } from '../results.js';
import type { Settings } from '../settings.js';
import type { RunResult } from '../train.js';
import { verdict } from '../verdict.js';
import { bytesTable, fileForms, kernelTable, speedTable, type TextTable } from '../worth.js';
import { bytesChart } from './bytes-chart.js';
import { errorChart } from './error-chart.js';
import { forecastChart } from './forecast-chart.js';
import { lossChart } from './loss-chart.js';
import { maskPictures } from './masks.js';
import { PAGE_STYLE } from './page-style.js';
import { sparsityChart } from './sparsity-chart.js';

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
      `<p class="lead">One LSTM, trained in four ways to forecast ${escapeHtml(data.target)} of the next ${escapeHtml(data.step)}, ` +
        'and measured against the cheapest forecast there is: repeating a value already seen.</p>',
      results.complete
        ? ''
        : '<p class="notice"><strong>Not every run has finished.</strong> This report shows those that have.</p>',
      keyFigures(results, pruned),
    ].join('\n'),
    mainHtml: [
      sectionHtml('Result', resultTable(results) + verdictHtml(results) + errorChart(results)),
      noticesSection(results),
      worthSection(results),
      sectionHtml('Learning, epoch by epoch', lossChart(results, dataset, settings.epochs)),
      pruned === undefined ? '' : pruningSections(pruned, runs, dataset, settings),
      sectionHtml('Forecasts and truth', forecastChart(series, dataset, runs, rows)),
      sectionHtml('How to read this', howToRead(results, settings, runs)),
      sectionHtml('What pruning does not give', limits()),
      sectionHtml('Data', dataFacts(results)),
      sectionHtml('Run', runFacts(results)),
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

function keyFigures({ arms, persistence, speed }: Results, pruned: ArmSummary | undefined): string {
  const [first, ...others] = speed?.speeds ?? [];
  const atOnce = others.map(({ batch, speedup }) => `, ${factor(speedup)} for ${batch} at once`);
  const none = arms.find((arm) => arm.name === 'none');
  const best = arms.reduce((a, b) => (a.mae <= b.mae ? a : b));
  const figures = [
    {
      value: `${(best.mae / persistence.mae).toFixed(2)} ×`,
      label: `the error of repeating the last value, by the best arm (${best.name})`,
    },
  ];
  if (pruned !== undefined) {
    figures.push(
      first === undefined
        ? { value: percent(pruned.sparsity), label: 'of the prunable weights dropped, as counted' }
        : {
            value: factor(first.speedup),
            label: `the speed of the dense model, accelerated, for one window${atOnce.join('')}; ${percent(pruned.sparsity)} of its prunable weights are dropped`,
          },
    );
    if (none !== undefined) {
      figures.push({
        value: kilobytes(pruned.sizes.packedBytes),
        label: `packed, instead of ${kilobytes(pruned.sizes.denseBytes)} dense; gzipped ${kilobytes(pruned.sizes.gzipBytes)}`,
      });
      const difference = pruned.againstNone;
      if (difference !== null) {
        const interval =
          difference.interval === null
            ? 'one seed says nothing about chance'
            : `95 % interval ${difference.interval.map((end) => signedPercent(end / none.mae)).join(' to ')}`;
        figures.push({
          value: signedPercent(difference.mean / none.mae),
          label: `test error of the pruned model against no regularisation; ${interval}`,
        });
      }
    }
  }
  const items = figures.map(
    ({ value, label }) => `<div><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="figures">${items.join('')}</dl>`;
}

function resultTable({ arms, data, persistence, seasonal }: Results): string {
  const dash = numberCell('–');
  const baseline = (name: string, errors: { readonly mae: number; readonly rmse: number }) => ({
    className: 'baseline',
    cells: [
      { text: name },
      numberCell(amount(errors.mae)),
      numberCell(amount(errors.rmse)),
      numberCell((errors.mae / persistence.mae).toFixed(3)),
      dash,
      dash,
      dash,
      dash,
      dash,
    ],
  });
  const head = [
    { text: 'arm' },
    numberCell('MAE', data.unit),
    numberCell('RMSE', data.unit),
    numberCell('÷ last value', 'MAE'),
    numberCell('sparsity', 'reached'),
    numberCell('saved'),
    numberCell('gzip -9'),
    numberCell('brotli'),
    numberCell('seconds', 'a run'),
  ];
  return tableHtml('Errors on the test part, sparsity, size and time by arm', head, [
    baseline('last value', persistence),
    ...(seasonal === null ? [] : [baseline(seasonal.label, seasonal)]),
    ...arms.map((arm) => ({
      className: arm.name === 'synaptic-pruning' ? `${arm.name} marked` : arm.name,
      cells: [
        { text: arm.name },
        numberCell(spread(arm.mae, arm.maeDeviation, arm.runs.length)),
        numberCell(spread(arm.rmse, arm.rmseDeviation, arm.runs.length)),
        numberCell(arm.persistenceRatio.toFixed(3)),
        numberCell(percent(arm.sparsity)),
        numberCell(kilobytes(arm.sizes.denseBytes)),
        numberCell(kilobytes(arm.sizes.gzipBytes)),
        numberCell(kilobytes(arm.sizes.brotliBytes)),
        numberCell(arm.seconds.toFixed(1)),
      ],
    })),
  ]);
}

function verdictHtml(results: Results): string {
  const [first, ...rest] = verdict(results);
  return `<p>${escapeHtml(first!)}</p>${listHtml(rest)}`;
}

/** What the pruned model takes on disk, and to predict; nothing where there is none. */
function worthSection(results: Results): string {
  const forms = fileForms(results);
  const tables: readonly (readonly [string, TextTable | null, string?])[] = [
    ['Bytes', bytesTable(results), forms === null ? '' : bytesChart(forms)],
    ['Milliseconds', speedTable(results)],
    ['What multiplies', kernelTable(results)],
  ];
  const parts = tables.flatMap(([heading, table, chart = '']) =>
    table === null ? [] : `<h3>${escapeHtml(heading)}</h3>${chart}${textTableHtml(table)}`,
  );
  return parts.length === 0 ? '' : sectionHtml('What pruning is worth', parts.join(''));
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

function howToRead(
  { data, seasonal, machine, speed }: Results,
  { recipe, patience, passes, dropout }: Settings,
  runs: readonly RunResult[],
): string {
  const { end, to } = aimOf(recipe);
  const files = runs[0]!.files.map(({ name }) => name).join(' and ');
  const reference =
    seasonal === null || data.reference === 'last' ? 'the last value' : `the value of ${seasonal.label}`;
  const items = [
    `The rows are cut in the order of time: the first 70 % train, the next 15 % validate, the last 15 % test. Windows that cross a border are left out (${data.windows.train.toLocaleString('en-US')}, ${data.windows.validation.toLocaleString('en-US')} and ${data.windows.test.toLocaleString('en-US')} remain). Scales are fitted on the training part alone.`,
    `The model forecasts the difference from ${reference}; an output of zero is exactly that forecast.${seasonal === null ? '' : ' Of the two naive forecasts it is the better one in the training part.'} It sees the past of ${data.features.length > 1 ? 'its inputs' : 'the target'} and, of the row to forecast, only the calendar. Errors are in ${data.unit}, on the test part, which is used once.`,
    `All arms start from the same weights for a seed, see the windows in the same order, and train with Adam at 0.001. Every arm goes back to its best epoch by validation error, and stops when ${patience} epochs in a row, counted from epoch ${end} at the earliest, bring none better.`,
    `Arms without pruning pick their best among all epochs. The pruned arm picks among epochs ${end} and later only, where its full sparsity of ${percent(to)} is reached: fewer to choose from, so the rule can cost it accuracy and cannot lend it any. Restoring brings back weights and masks together, and the sparsity in the table is counted in the restored masks.`,
    `mc-dropout is the dropout arm’s models evaluated differently: ${passes} passes with dropout (rate ${dropout}) left on, averaged. Trained from the same seed the two would be identical, so they are trained once, and both rows count the training’s seconds.`,
    `Sizes are the bytes of ${files}, as saved from ${machine.runtime}, and the same compressed, file by file; packed, all of it is one sparse file, which is read back byte for byte. In fewer bits, the packed file was read again and its model forecast the test part. Weights, order and dropout come from the example’s own generator, so another runtime repeats the run up to rounding.`,
    ...(speed === null
      ? []
      : [
          `Milliseconds are of predict, from a tensor to numbers that can be read, on tfjs’s ${machine.backend} backend and one thread, after all trainings: medians of rounds in which the dense and the accelerated model of seed ${speed.seed} take turns. Those of a layer are of one window.`,
        ]),
    'The ± is the standard deviation over the seeds. Intervals for differences pair the arms by seed (Student’s t) and are not corrected for comparing several arms. Seeds vary initial weights, order and dropout, not the data: another series may say otherwise.',
  ];
  return listHtml(items);
}

function limits(): string {
  const items = [
    'No speed by itself. The zeros sit in dense matrices, and dense kernels multiply them like any other number; it takes kernels that skip them. The seconds in the table are those of training, which stays dense.',
    'No smaller file by itself. The saved model has as many bytes as before; what shrinks is the compressed or packed file, because zeros compress and trained weights do not.',
    'No promise of better forecasts. A small network on a few thousand rows has little to overfit with; whether pruning regularises it is what the table is for.',
  ];
  return listHtml(items);
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
    ['Last value', `MAE ${amount(persistence.mae)}, RMSE ${amount(persistence.rmse)}`],
  ];
  if (seasonal !== null)
    facts.push([`Value of ${seasonal.label}`, `MAE ${amount(seasonal.mae)}, RMSE ${amount(seasonal.rmse)}`]);
  if (data.ignored.length > 0)
    facts.push(['Not used', data.ignored.map(({ name, reason }) => `${name} (${reason})`).join(', ')]);
  if (data.remarks.length > 0) facts.push(['Put right', data.remarks.join('; ')]);
  if (data.skippedWindows > 0)
    facts.push(['Left out', `${data.skippedWindows} windows that touch missing values`]);
  return factsHtml(facts);
}

function runFacts({ machine, options }: Results): string {
  const shown = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
          .map(([key, part]) => `${key} ${typeof part === 'object' ? JSON.stringify(part) : part}`)
          .join(', ')
      : Array.isArray(value)
        ? value.join(', ')
        : String(value);
  return factsHtml(
    [...Object.entries(machine), ...Object.entries(options)].map(([key, value]) => [key, shown(value)]),
  );
}
