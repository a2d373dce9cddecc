import { createTable } from '@synaprune/examples-kit/terminal/table';
import { nameText } from '@synaprune/examples-kit/terminal/terminal';
import pc from 'picocolors';
import { scoreOf } from './plan/tuning.js';
import { shareSeeds } from './report/shared-seeds.js';
import type { ModelName } from './run.js';
import type { Cell, StoredRun, Study } from './study.js';

/** A figure of the table: a mean over the lengths and seeds of an arm with one model on one series. */
interface Entry {
  readonly scaledMae: number;
  readonly sparsity: number;
}

/** The tables of the terminal, one a series: arms down, models across. */
export function renderSummary(study: Study): string {
  return study.series
    .map((series, index) => `${pc.bold(nameText(series.name))}\n${renderSeries(study, index)}`)
    .join('\n');
}

/** What the figures are, and where runs are missing. */
export function summaryFooter(study: Study): string {
  const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
  const missing = study.series.flatMap((series, index) =>
    study.models.flatMap((model) => {
      const { note } = columnOf(study, index, model);
      return note === '' ? [] : `${model} on ${nameText(series.name)} ${note}`;
    }),
  );
  return (
    'MAE of the test part in error units (lower is better), mean over ' +
    `${many(study.lengths.length, 'length')} and ${many(study.seeds.length, 'seed')}; ` +
    'beside it the sparsity that the scored weights reached.' +
    (missing.length === 0 ? '' : ` * Runs are missing: ${missing.join('. ')}.`)
  );
}

/** The arms of a model on a series, each a mean over the same runs as the others. */
function columnOf(study: Study, series: number, model: ModelName) {
  const arms = study.arms.flatMap(({ name, evaluation }) => {
    const runs = study.cells
      .filter((cell) => cell.arm === name && cell.model === model && cell.series === series)
      .flatMap((cell) => runsOf(study, cell));
    return runs.length === 0 ? [] : { name, evaluation, runs };
  });
  const shared = shareSeeds(
    arms.map(({ runs }) => runs),
    arms.map(({ name }) => name),
    ({ spec }) => `${study.lengths.length === 1 ? '' : `length ${spec.length}, `}seed ${spec.seed}`,
  );
  const planned = study.lengths.length * study.seeds.length;
  const entries = new Map(
    arms.map(({ name, evaluation }, index): [string, Entry] => {
      const runs = shared.values[index]!;
      return [
        name,
        {
          scaledMae: meanOf(runs.map(({ result }) => scoreOf(result.test, evaluation).scaledMae)),
          sparsity: meanOf(runs.map(({ result }) => result.sparsity)),
        },
      ];
    }),
  );
  const short = arms.length > 0 && shared.note === '' && shared.count < planned;
  return {
    entries,
    comparable: shared.count > 0,
    note: short ? `over ${shared.count} of ${planned}` : shared.note,
  };
}

function renderSeries(study: Study, series: number): string {
  const table = createTable(['arm', ...study.models.flatMap((model) => [model, ''])], (column) =>
    column === 0 ? 'left' : 'right',
  );
  const trained = study.arms.filter(({ name }) =>
    study.cells.some((cell) => cell.arm === name && isTrained(cell)),
  );
  const columns = study.models.map((model) => columnOf(study, series, model));
  const least = columns.map(({ entries }) =>
    Math.min(...[...entries.values()].map(({ scaledMae }) => scaledMae)),
  );
  table.push([
    pc.italic('last value'),
    ...study.models.flatMap((model) => [figure(persistenceOf(study, series, model)), '']),
  ]);
  if (study.linear.length > 0 && trained.length > 0) {
    table.push([
      pc.italic('linear model'),
      ...study.models.flatMap(() => [figure(linearOf(study, series)), '']),
    ]);
  }
  for (const { name } of trained) {
    table.push([
      nameText(name),
      ...columns.flatMap(({ entries, comparable, note }, j) => {
        const entry = entries.get(name);
        if (entry === undefined) return [pc.dim('–'), ''];
        const text = `${figure(entry.scaledMae)}${note === '' ? '' : '*'}`;
        const pruned = entry.sparsity > 0 ? `${(100 * entry.sparsity).toFixed(0)} %` : '';
        return [comparable && entry.scaledMae === least[j] ? pc.bold(text) : text, pc.dim(pruned)];
      }),
    ]);
  }
  return table.toString();
}

/** Of ridge regressions on the same windows. */
function linearOf(study: Study, series: number): number {
  return meanOf(study.linear.filter((one) => one.series === series).map(({ score }) => score.scaledMae));
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
