import { createTable } from '@synaprune/examples-kit/terminal/table';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import { scoreOf } from './plan/tuning.js';
import type { ModelName } from './run.js';
import type { Cell, StoredRun, Study } from './study.js';

/** A figure of the table: a mean over the lengths and seeds of an arm with one model on one series. */
interface Entry {
  readonly scaledMae: number;
  readonly sparsity: number;
  /** Whether runs are missing. */
  readonly partial: boolean;
}

/** The tables of the terminal, one a series: arms down, models across. */
export function renderSummary(study: Study): string {
  return study.series
    .map((series, index) => `${pc.bold(nameText(series.name))}\n${renderSeries(study, index)}`)
    .join('\n');
}

/** What the figures are. */
export function summaryFooter(study: Study): string {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  return (
    'MAE of the test part in error units (lower is better), mean over ' +
    `${many(study.lengths.length, 'length')} and ${many(study.seeds.length, 'seed')}; ` +
    'beside it the sparsity that the scored weights reached. * some runs are missing.'
  );
}

function renderSeries(study: Study, series: number): string {
  const table = createTable(['arm', ...study.models.flatMap((model) => [model, ''])], (column) =>
    column === 0 ? 'left' : 'right',
  );
  const trained = study.arms.filter(({ name }) =>
    study.cells.some((cell) => cell.arm === name && isTrained(cell)),
  );
  const entries = trained.map((arm) => study.models.map((model) => entryOf(study, series, arm.name, model)));
  const least = study.models.map((_, i) => Math.min(...entries.map((row) => row[i]?.scaledMae ?? Infinity)));
  table.push([
    pc.italic('last value'),
    ...study.models.flatMap((model) => [figure(persistenceOf(study, series, model)), '']),
  ]);
  for (const [i, arm] of trained.entries()) {
    table.push([
      nameText(arm.name),
      ...entries[i]!.flatMap((entry, j) => {
        if (entry === undefined) return [pc.dim('–'), ''];
        const text = `${figure(entry.scaledMae)}${entry.partial ? '*' : ''}`;
        const pruned = entry.sparsity > 0 ? `${(100 * entry.sparsity).toFixed(0)} %` : '';
        return [entry.scaledMae === least[j] ? pc.bold(text) : text, pc.dim(pruned)];
      }),
    ]);
  }
  return table.toString();
}

function entryOf(study: Study, series: number, arm: string, model: ModelName): Entry | undefined {
  const cells = study.cells.filter(
    (cell) => cell.arm === arm && cell.model === model && cell.series === series,
  );
  const { evaluation } = study.arms.find(({ name }) => name === arm)!;
  const runs = cells.flatMap((cell) => runsOf(study, cell));
  if (runs.length === 0) return undefined;
  return {
    scaledMae: meanOf(runs.map(({ result }) => scoreOf(result.test, evaluation).scaledMae)),
    sparsity: meanOf(runs.map(({ result }) => result.sparsity)),
    partial: cells.some((cell) => cell.runs.length < study.seeds.length),
  };
}

/** The same for every arm; of the lengths that have runs. */
function persistenceOf(study: Study, series: number, model: ModelName): number {
  const byLength = study.lengths.flatMap((length) => {
    const planned = study.persistence.find((one) => one.series === series && one.length === length);
    if (planned !== undefined) return planned.score.scaledMae;
    const cells = study.cells.filter(
      (cell) => cell.series === series && cell.model === model && cell.length === length,
    );
    const run = cells.flatMap((cell) => runsOf(study, cell)).at(0);
    return run === undefined ? [] : [run.result.persistence.test.scaledMae];
  });
  return meanOf(byLength);
}

function runsOf(study: Study, cell: Cell): StoredRun[] {
  return cell.runs.flatMap(({ key }) => study.runs.get(key) ?? []);
}

function isTrained(cell: Cell): boolean {
  return cell.arm !== 'persistence';
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function figure(value: number): string {
  return Number.isFinite(value) ? value.toFixed(4) : '–';
}
