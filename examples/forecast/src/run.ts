import { join, resolve } from 'node:path';
import { legible } from '@synaprune/core/checks';
import type { ReadSeries } from '@synaprune/examples-kit/csv/read-csv';
import { requireWritable, writeFileWhole } from '@synaprune/examples-kit/files/write-file';
import { amount } from '@synaprune/examples-kit/format';
import { errorsOf } from '@synaprune/examples-kit/metrics';
import { noticeText } from '@synaprune/examples-kit/notices';
import { processorTime } from '@synaprune/examples-kit/processor-time';
import { type Series, targetOf } from '@synaprune/examples-kit/series/series';
import { type Dataset, makeDataset } from '@synaprune/examples-kit/series/windows';
import { catchInterruption } from '@synaprune/examples-kit/terminal/interruption';
import { nearPath } from '@synaprune/examples-kit/terminal/near-path';
import { nameText, printLine } from '@synaprune/examples-kit/terminal/terminal';
import { wrap } from '@synaprune/examples-kit/terminal/wrap';
import pc from 'picocolors';
import { TRAININGS } from './arms.js';
import { loadSeries } from './data/load.js';
import { fitLinearModel, type LinearModel } from './linear-model.js';
import { type ForecasterSpeed, measureSpeed } from './measure-speed.js';
import { type Options, readOptions } from './options.js';
import { createProgress } from './progress.js';
import { aimOf } from './pruning-aim.js';
import { noticesOf, type Results, resultsJson, summarise } from './results.js';
import { runPool } from './run-pool.js';
import { chooseBackend } from './runtime/open.js';
import { renderTable, renderWorth, tableFooter } from './table.js';
import type { Job, RunResult } from './train.js';
import { verdict } from './verdict.js';

const INTERRUPTED = 130;

/**
 * Runs the demo and returns its exit code: 0, 1 after an error, 130 after Ctrl-C.
 *
 * @throws PruneError `bad-data` when the data or the output folder cannot be used, before anything is trained
 */
export async function run(argv: readonly string[]): Promise<number> {
  const asked = readOptions(argv);
  const read = loadSeries(asked.data);
  const { series } = read;
  const dataset = makeDataset(series, asked.settings.length);
  requireWritable(asked.out, { files: ['report.html', 'results.json'], folders: ['models'] });
  const started = performance.now();
  const { backend, remark } = await chooseBackend(asked.runtime, asked.backend);
  const options = { ...asked, backend };
  const linear = fitLinearModel(dataset);
  announce(read, dataset, linear, options, remark);
  const { signal, release } = catchInterruption();
  const pool = await trainAll(dataset, options, signal);

  if (pool.failure !== null) {
    printLine(`\n${pc.red('training failed')}: ${legible(pool.failure)}`, process.stderr);
  }
  if (signal.aborted) printLine(`\n${pc.yellow('Interrupted')}: keeping what has finished.`);
  const code = signal.aborted ? INTERRUPTED : pool.failure === null ? 0 : 1;
  if (pool.results.length === 0) {
    printLine('No run has finished, so nothing is written.');
    return code;
  }
  // After the trainings, so that nothing runs beside it.
  const speed = code === 0 ? await speedOf(pool.results, dataset, options) : null;
  const results = summarise(read, dataset, linear, options, pool.results, pool.versions, speed);
  const files = await writeAll(results, series, dataset, options, pool.results);
  release();
  conclude(results, files, (performance.now() - started) / 1000);
  return code;
}

/** Options with the backend that they came down to. */
type Ready = Options & { readonly backend: string };

function announce(
  { series, remarks }: ReadSeries,
  dataset: Dataset,
  linear: LinearModel | null,
  { settings, seeds, runtime, backend }: Ready,
  remark: string | null,
): void {
  const { train, validation, test } = dataset;
  const count = (windows: { readonly truth: Float64Array }) => windows.truth.length.toLocaleString('en-US');
  const naive = [
    `repeating the last value errs by ${amount(errorsOf(test.last, test.truth).mae)}`,
    ...(series.season === null
      ? []
      : [`that of ${series.season.label} by ${amount(errorsOf(test.seasonAgo, test.truth).mae)}`]),
    linear === null
      ? 'windows have too many inputs for a linear model'
      : `a linear model by ${amount(linear.mae)} ${nameText(series.unit)}`,
  ];
  const aim = aimOf(settings.recipe);
  printLine('');
  printLine(
    `${pc.bold('Synaprune forecast')}: ${nameText(series.name)}, the next ${series.step} of ${nameText(targetOf(series).name)}`,
  );
  printLine(
    pc.dim(
      `  ${count(train)} training, ${count(validation)} validation, ${count(test)} test windows of ` +
        `${settings.length} rows × ${dataset.features.length} features`,
    ),
  );
  printLine(pc.dim(wrap(`  To beat on the test part: ${naive.join(', ')}`, 110)));
  printLine(
    pc.dim(
      `  LSTM(${settings.hidden}) on ${runtime} (${backend}), up to ${settings.epochs} epochs, ` +
        `${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}; pruning to ` +
        `${aim.to} (${settings.recipe.schedule.kind}) by epoch ${aim.end}`,
    ),
  );
  if (remark !== null) printLine(pc.yellow(`  ${nameText(remark, 600)}`));
  for (const told of remarks) printLine(pc.dim(`  ${nameText(told, 600)}`));
  if (dataset.skipped > 0)
    printLine(pc.dim(`  ${dataset.skipped} windows that touch missing values left out`));
  printLine('');
}

async function trainAll(dataset: Dataset, options: Ready, signal: AbortSignal) {
  const { settings, runtime, backend, workers, seeds, curve } = options;
  const jobs: Job[] = [
    ...seeds.flatMap((seed) => TRAININGS.map((training) => ({ training, seed }))),
    ...curve.map((target) => ({ training: 'pruning' as const, seed: seeds[0]!, target })),
  ];
  const progress = createProgress({
    jobs,
    epochs: settings.epochs,
    stream: process.stdout,
  });
  try {
    return await runPool({
      jobs,
      workers,
      start: { dataset, settings, runtime, backend },
      signal,
      onEpoch: progress.epoch,
      onDone: progress.done,
    });
  } finally {
    progress.close();
  }
}

/** Of the first pruned model, in tfjs, where kernels skip zeros. */
async function speedOf(
  runs: readonly RunResult[],
  dataset: Dataset,
  { runtime, backend }: Ready,
): Promise<ForecasterSpeed | null> {
  const pruned = runs.find(({ arm, target }) => arm === 'synaptic-pruning' && target === null);
  if (pruned === undefined) return null;
  return measureSpeed(pruned, dataset, runtime === 'tfjs' ? backend : 'wasm', { now: processorTime });
}

/** Writes models, results and report; answers where the last two are. */
async function writeAll(
  results: Results,
  series: Series,
  dataset: Dataset,
  options: Options,
  runs: readonly RunResult[],
): Promise<{ readonly report: string; readonly results: string }> {
  const out = resolve(options.out);
  for (const run of runs) {
    // Monte-Carlo dropout evaluates the dropout arm's models and has none of its own.
    if (run.arm === 'mc-dropout') continue;
    for (const { name, bytes } of run.files) {
      const folder = run.target === null ? run.arm : `pruned-to-${run.target}`;
      writeFileWhole(join(out, 'models', `${folder}-${run.seed}`, name), bytes);
    }
  }
  const paths = { report: join(out, 'report.html'), results: join(out, 'results.json') };
  writeFileWhole(paths.results, resultsJson(results));
  // The charts take a while to load, and a wrong flag should be told at once.
  const { renderReport } = await import('./report/report.js');
  writeFileWhole(
    paths.report,
    renderReport(results, {
      series,
      dataset,
      settings: options.settings,
      runs: runs.filter(({ target }) => target === null),
    }),
  );
  return paths;
}

function conclude(
  results: Results,
  files: { readonly report: string; readonly results: string },
  seconds: number,
): void {
  // A pipe has no width, and some terminals say 0.
  const columns = process.stdout.columns || 120;
  const width = Math.min(columns, 110);
  const [first, ...others] = verdict(results);
  printLine('');
  printLine(pc.bold(wrap(first!, width)));
  printLine('');
  printLine(renderTable(results, columns));
  for (const line of tableFooter(results)) printLine(pc.dim(wrap(line, width)));
  const worth = renderWorth(results);
  if (worth !== '') printLine(`\n${worth}`);
  printLine('');
  for (const sentence of others) printLine(wrap(`- ${sentence}`, width).replaceAll('\n', '\n  '));
  for (const notice of noticesOf(results)) {
    printLine(pc.yellow(wrap(`Notice: ${noticeText(notice)}`, width)));
  }
  printLine('');
  printLine(`${pc.bold('Report')}   ${pc.cyan(nearPath(files.report))}`);
  printLine(
    `${pc.bold('Results')}  ${pc.cyan(nearPath(files.results))}${pc.dim(`  (${seconds.toFixed(0)} s)`)}`,
  );
}
