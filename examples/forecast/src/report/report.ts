import { amount, kilobytes, percent, signedPercent, spread } from '@synaprune/examples-kit/format';
import { noticeText } from '@synaprune/examples-kit/notices';
import { escapeHtml, pageHtml, tableHtml } from '@synaprune/examples-kit/report/html';
import { STYLE } from '@synaprune/examples-kit/report/style';
import type { Series } from '@synaprune/examples-kit/series/series';
import type { Dataset } from '@synaprune/examples-kit/series/windows';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import { type ArmSummary, noticesOf, type Results } from '../results.js';
import type { Settings } from '../settings.js';
import type { RunResult } from '../train.js';
import { verdict } from '../verdict.js';
import { errorChart, forecastChart, lossChart, sparsityChart } from './charts.js';
import { maskPictures } from './masks.js';

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
  return pageHtml(
    [
      '<!doctype html>',
      '<html lang="en">',
      '<head>',
      '<meta charset="utf-8">',
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      `<title>${escapeHtml(title)}</title>`,
      `<style>${STYLE}</style>`,
      '</head>',
      '<body>',
      `<header><p class="eyebrow">Synaprune · ${escapeHtml(data.name)} · ${results.created.slice(0, 10)}</p>`,
      `<h1>${escapeHtml(title)}</h1>`,
      `<p class="lead">One LSTM, trained in four ways to forecast ${escapeHtml(data.target)} of the next ${escapeHtml(data.step)}, ` +
        `and measured against the cheapest forecast there is: repeating a value already seen.</p>`,
      results.complete
        ? ''
        : '<p class="notice"><strong>Not every run has finished.</strong> This report shows those that have.</p>',
      keyFigures(results, pruned),
      '</header>',
      '<main>',
      section('Result', resultTable(results) + verdictHtml(results) + errorChart(results)),
      noticesSection(results),
      section('Learning, epoch by epoch', lossChart(results, dataset, settings.epochs)),
      pruned === undefined ? '' : pruningSections(pruned, runs, dataset, settings),
      section('Forecasts and truth', forecastChart(series, dataset, runs, rows)),
      section('How to read this', howToRead(results, settings, runs)),
      section('What pruning does not give', limits()),
      section('Data', dataFacts(results)),
      section('Run', runFacts(results)),
      '</main>',
      '<footer>Made by the forecast example of Synaprune. This page is one file and loads nothing else.</footer>',
      '</body>',
      '</html>',
      '',
    ].join('\n'),
  );
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

function section(heading: string, content: string): string {
  return `<section><h2>${escapeHtml(heading)}</h2>\n${content}</section>`;
}

/** What did not come to hold; nothing where everything did. */
function noticesSection(results: Results): string {
  const told = noticesOf(results);
  if (told.length === 0) return '';
  const items = told.map((notice) => `<li>${escapeHtml(noticeText(notice))}</li>`);
  return section('What did not come to hold', `<ul class="plain">${items.join('')}</ul>`);
}

function keyFigures({ arms, persistence }: Results, pruned: ArmSummary | undefined): string {
  const none = arms.find((arm) => arm.name === 'none');
  const best = arms.reduce((a, b) => (a.mae <= b.mae ? a : b));
  const figures = [
    {
      value: `${(best.mae / persistence.mae).toFixed(2)} ×`,
      label: `the error of repeating the last value, by the best arm (${best.name})`,
    },
  ];
  if (pruned !== undefined) {
    figures.push({ value: percent(pruned.sparsity), label: 'of the prunable weights dropped, as counted' });
    if (none !== undefined) {
      figures.push({
        value: kilobytes(pruned.sizes.gzipBytes),
        label: `gzipped, instead of ${kilobytes(none.sizes.gzipBytes)} without pruning`,
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
  const number = (text: string, note?: string) => ({
    text,
    number: true,
    ...(note === undefined ? {} : { note }),
  });
  const dash = number('–');
  const baseline = (name: string, errors: { readonly mae: number; readonly rmse: number }) => ({
    className: 'baseline',
    cells: [
      { text: name },
      number(amount(errors.mae)),
      number(amount(errors.rmse)),
      number((errors.mae / persistence.mae).toFixed(3)),
      dash,
      dash,
      dash,
      dash,
      dash,
    ],
  });
  const head = [
    { text: 'arm' },
    number('MAE', data.unit),
    number('RMSE', data.unit),
    number('÷ last value', 'MAE'),
    number('sparsity', 'reached'),
    number('saved'),
    number('gzip -9'),
    number('brotli'),
    number('seconds', 'a run'),
  ];
  return tableHtml('Errors on the test part, sparsity, size and time by arm', head, [
    baseline('last value', persistence),
    ...(seasonal === null ? [] : [baseline(seasonal.label, seasonal)]),
    ...arms.map((arm) => ({
      className: arm.name === 'synaptic-pruning' ? `${arm.name} marked` : arm.name,
      cells: [
        { text: arm.name },
        number(spread(arm.mae, arm.maeDeviation, arm.runs.length)),
        number(spread(arm.rmse, arm.rmseDeviation, arm.runs.length)),
        number(arm.persistenceRatio.toFixed(3)),
        number(percent(arm.sparsity)),
        number(kilobytes(arm.sizes.denseBytes)),
        number(kilobytes(arm.sizes.gzipBytes)),
        number(kilobytes(arm.sizes.brotliBytes)),
        number(arm.seconds.toFixed(1)),
      ],
    })),
  ]);
}

function verdictHtml(results: Results): string {
  const [first, ...rest] = verdict(results).map(escapeHtml);
  return `<p>${first}</p><ul class="plain">${rest.map((item) => `<li>${item}</li>`).join('')}</ul>`;
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
    section('How sparse, and when', sparsityChart(pruned, settings)) +
    section(
      'Which weights are left',
      `<p>All kernels are ranked together by magnitude, so some end sparser than others. Seed ${run.seed}, at the restored epoch ${run.bestEpoch}. ` +
        'Filled cells are kept, pale ones are zero for good; percentages are the share that is kept.</p>' +
        table +
        maskPictures(run.kernels, dataset.features),
    )
  );
}

function howToRead(
  { data, seasonal, machine }: Results,
  { ramp, patience, passes, dropout }: Settings,
  runs: readonly RunResult[],
): string {
  const files = runs[0]!.files.map(({ name }) => name).join(' and ');
  const reference =
    seasonal === null || data.reference === 'last' ? 'the last value' : `the value of ${seasonal.label}`;
  const items = [
    `The rows are cut in the order of time: the first 70 % train, the next 15 % validate, the last 15 % test. Windows that cross a border are left out (${data.windows.train.toLocaleString('en-US')}, ${data.windows.validation.toLocaleString('en-US')} and ${data.windows.test.toLocaleString('en-US')} remain). Scales are fitted on the training part alone.`,
    `The model forecasts the difference from ${reference}; an output of zero is exactly that forecast.${seasonal === null ? '' : ' Of the two naive forecasts it is the better one in the training part.'} It sees the past of ${data.features.length > 1 ? 'its inputs' : 'the target'} and, of the row to forecast, only the calendar. Errors are in ${data.unit}, on the test part, which is used once.`,
    `All arms start from the same weights for a seed, see the windows in the same order, and train with Adam at 0.001. Every arm goes back to its best epoch by validation error, and stops when ${patience} epochs in a row, counted from epoch ${ramp.end} at the earliest, bring none better.`,
    `Arms without pruning pick their best among all epochs. The pruned arm picks among epochs ${ramp.end} and later only, where its full sparsity of ${percent(ramp.to)} is reached: fewer to choose from, so the rule can cost it accuracy and cannot lend it any. Restoring brings back weights and masks together, and the sparsity in the table is counted in the restored masks.`,
    `mc-dropout is the dropout arm’s models evaluated differently: ${passes} passes with dropout (rate ${dropout}) left on, averaged. Trained from the same seed the two would be identical, so they are trained once, and both rows count the training’s seconds.`,
    `Sizes are the bytes of ${files}, as saved from ${machine.runtime}, and the same compressed, file by file. Weights, order and dropout come from the example’s own generator, so another runtime repeats the run up to rounding.`,
    'The ± is the standard deviation over the seeds. Intervals for differences pair the arms by seed (Student’s t) and are not corrected for comparing several arms. Seeds vary initial weights, order and dropout, not the data: another series may say otherwise.',
  ];
  return `<ul class="plain">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}

function limits(): string {
  const items = [
    'No speed by itself. The zeros sit in dense matrices, and dense kernels multiply them like any other number. The seconds in the table are those of training.',
    'No smaller file by itself. The saved model has as many bytes as before; what shrinks is the compressed file, because zeros compress and trained weights do not.',
    'No promise of better forecasts. A small network on a few thousand rows has little to overfit with; whether pruning regularises it is what the table is for.',
  ];
  return `<ul class="plain">${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
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
  return factList(facts);
}

function runFacts({ machine, options }: Results): string {
  const shown = (value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.entries(value)
          .map(([key, part]) => `${key} ${part}`)
          .join(', ')
      : Array.isArray(value)
        ? value.join(', ')
        : String(value);
  return factList(
    [...Object.entries(machine), ...Object.entries(options)].map(([key, value]) => [key, shown(value)]),
  );
}

function factList(facts: readonly (readonly [string, string])[]): string {
  const items = facts.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl class="facts">${items.join('')}</dl>`;
}
