import Table from 'cli-table3';
import picocolors from 'picocolors';
import type { Goal } from './goals.js';
import { GROUPS } from './groups/index.js';
import type { Machine } from './machine.js';
import type { Row, Verdict } from './row.js';
import { type Outcome, summarize } from './summary.js';

/** Everything a run found out; what the JSON file holds. */
export interface Report {
  readonly schema: 1;
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly Row[];
  readonly goals: readonly Outcome[];
}

/** A table of one group's rows. */
export function formatGroup(name: string, rows: readonly Row[], colours: boolean): string {
  const paint = picocolors.createColors(colours);
  const table = createTable(
    ['work', 'weights', 'ratio', 'of minima', 'against', 'ns/weight', 'min', 'against', 'n', 'goal', ''],
    [2, 3, 5, 6, 7, 8],
    paint,
  );
  for (const row of rows) {
    table.push([
      row.work,
      formatCount(row.elements),
      row.share === undefined ? formatRatio(row.ratio, row.cheaper) : formatShare(row.share),
      formatRatio(row.ratioOfMinima, row.cheaper),
      row.against ?? '',
      formatNumber(row.nanoseconds),
      formatNumber(row.nanosecondsMin),
      formatNumber(row.nanosecondsAgainst),
      row.samples ?? '',
      row.goal === undefined ? '' : formatGoal(row.goal),
      [row.verdict && paintVerdict(row.verdict, paint), row.note].filter(Boolean).join('; '),
    ]);
  }
  return `\n${paint.bold(GROUPS[name]!.title)}\n${table.toString()}`;
}

/** Every goal, its figure and whether it was met. */
export function formatGoals(rows: readonly Row[], colours: boolean): string {
  const paint = picocolors.createColors(colours);
  const table = createTable(['goal', 'weights', 'wanted', 'worst', '', 'where'], [3], paint);
  for (const { goal, verdict, figure, worst } of summarize(rows)) {
    table.push([
      goal.work,
      formatRange(goal),
      formatGoal(goal),
      figure === undefined ? '' : formatFigure(figure, goal),
      paintVerdict(verdict, paint),
      worst ?? '',
    ]);
  }
  return `\n${paint.bold('Goals')}\n${table.toString()}`;
}

/** Where and with what a run took place. */
export function formatSetting({
  machine,
  versions,
  date,
}: Pick<Report, 'machine' | 'versions' | 'date'>): string {
  const { processor, cores, memoryGiB, system, gpu, loadAtStart, loadAtEnd } = machine;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `${processor}, ${cores} cores, ${memoryGiB} GiB, ${system}`,
    ...(gpu === undefined ? [] : [`GPU: ${gpu}`]),
    `load ${loadAtStart} at the start, ${loadAtEnd} at the end; ${date}`,
    list.join(', '),
  ].join('\n');
}

function createTable(
  head: readonly string[],
  right: readonly number[],
  paint: ReturnType<typeof picocolors.createColors>,
) {
  return new Table({
    head: head.map((name) => paint.bold(name)),
    colAligns: head.map((_, i) => (right.includes(i) ? 'right' : 'left')),
    // No colours of the table's own: they would end up in files.
    style: { head: [], border: [], compact: true },
  });
}

function paintVerdict(verdict: Verdict, paint: ReturnType<typeof picocolors.createColors>): string {
  if (verdict === 'met') return paint.green(verdict);
  return verdict === 'missed' ? paint.red(verdict) : paint.yellow(verdict);
}

function formatFigure(figure: number, { figure: kind, bound }: Goal): string {
  if (kind === 'share') return formatShare(figure);
  return kind === 'ratio' ? formatRatio(figure, bound === 'at least') : `${formatNumber(figure)} ns`;
}

function formatGoal(goal: Goal): string {
  return `${goal.bound === 'at most' ? '≤' : '≥'} ${formatFigure(goal.value, goal)}`;
}

function formatRange({ from, to }: Goal): string {
  if (from === undefined) return '';
  return from === to ? formatCount(from) : `${formatCount(from)} or more`;
}

/** `1e7`, `1.05e6`. */
function formatCount(elements: number): string {
  const [mantissa, exponent] = elements.toExponential().split('e+');
  return `${Number(Number(mantissa).toFixed(2))}e${exponent}`;
}

function formatRatio(ratio: number | undefined, cheaper = false): string {
  if (ratio === undefined) return '';
  return `${ratio.toFixed(ratio >= 20 ? 0 : 2)}${cheaper ? ' × less' : ' ×'}`;
}

function formatShare(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}

function formatNumber(value: number | undefined): string {
  return value === undefined ? '' : value.toFixed(value >= 20 ? 0 : 3);
}
