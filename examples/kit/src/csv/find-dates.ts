import { DAY_MS } from '../series/days.js';
import { DATE_STYLES, type DateStyle, NUMERIC_DATE_STYLES, readTimeOfDay, utc } from './date-texts.js';
import { isMissing } from './numbers.js';
import type { Sheet } from './sheet.js';

/** The dates of a sheet's rows. */
export interface SheetDates {
  /** Milliseconds since 1970, as the clock on the wall has it; NaN where a row has none that can be read. */
  readonly times: Float64Array;
  /** Columns they were read from, which are no numbers to learn from. */
  readonly columns: readonly string[];
  readonly remarks: readonly string[];
}

const DATE_NAME = /date|time|day|stamp|unix|epoch/i;
/** At least this fraction of cells has to be a date. */
const MOST = 0.95;

/** Finds the column of dates, with a column of times of day beside it; or columns of year, month, day, hour. */
export function findDates(sheet: Sheet): SheetDates | null {
  for (const [at, name] of sheet.header.entries()) {
    const texts = sheet.columns[at]!;
    const styles = DATE_NAME.test(name) ? [...DATE_STYLES, ...NUMERIC_DATE_STYLES] : DATE_STYLES;
    const fitting = styles.filter((style) => fits(texts, style));
    if (fitting.length === 0) continue;
    const clockAt = sheet.header.findIndex((_, other) => other !== at && isClock(sheet.columns[other]!));
    const clocks = clockAt < 0 ? null : sheet.columns[clockAt]!;
    const read = fitting.map((style) => readColumn(texts, clocks, style));
    const best = read.reduce((first, next) => (next.backwards < first.backwards ? next : first));
    const open =
      fitting.some(({ name: style }) => style === 'day first') &&
      fitting.some(({ name: style }) => style === 'month first');
    return {
      times: best.times,
      columns: [name, ...(clockAt < 0 ? [] : [sheet.header[clockAt]!])],
      remarks: open
        ? [`dates in ${name} could be day/month or month/day; read as ${best.style}, which runs forward`]
        : [],
    };
  }
  return fromParts(sheet);
}

function fits(texts: readonly string[], style: DateStyle): boolean {
  const every = Math.max(1, Math.floor(texts.length / 200));
  const some = texts.filter((text, row) => row % every === 0 && !isMissing(text));
  // A look at a few first: most columns are no dates.
  if (some.length === 0 || some.filter((text) => style.read(text) !== null).length < MOST * some.length)
    return false;
  let good = 0;
  for (const text of texts) if (style.read(text) !== null) good += 1;
  return good >= MOST * texts.length;
}

function isClock(texts: readonly string[]): boolean {
  const some = texts.slice(0, 200);
  // `10.30` alone could be a number; a clock has a colon or seconds.
  return some.every((text) => !Number.isNaN(readTimeOfDay(text)) && /:|\.[^.]*\./.test(text));
}

function readColumn(texts: readonly string[], clocks: readonly string[] | null, style: DateStyle) {
  const wall = new Float64Array(texts.length).fill(Number.NaN);
  const instants = new Float64Array(texts.length).fill(Number.NaN);
  for (let row = 0; row < texts.length; row += 1) {
    const read = style.read(texts[row]!);
    if (read === null) continue;
    const time = read.wall + (clocks === null ? 0 : readTimeOfDay(clocks[row]!));
    wall[row] = time;
    instants[row] = time - (read.ahead ?? 0) * 60_000;
  }
  // Weeks and days are those of the wall clock, unless summer time makes it run backwards.
  const [onWall, inOrder] = [backwards(wall), backwards(instants)];
  const times = onWall <= inOrder ? wall : instants;
  return { style: style.name, times, backwards: Math.min(onWall, inOrder) };
}

function backwards(times: Float64Array): number {
  let [count, last] = [0, Number.NEGATIVE_INFINITY];
  for (const time of times) {
    if (time <= last) count += 1;
    if (!Number.isNaN(time)) last = time;
  }
  return count;
}

/** Dates from columns of numbers named year, month, day and perhaps hour and minute. */
function fromParts(sheet: Sheet): SheetDates | null {
  const find = (...names: string[]) => sheet.header.findIndex((name) => names.includes(name.toLowerCase()));
  const [year, month, day] = [
    find('year', 'yr'),
    find('month', 'mon', 'mo'),
    find('day', 'dom', 'day_of_month', 'date_of_month'),
  ];
  if (year < 0 || month < 0 || day < 0) return null;
  const [hour, minute] = [find('hour', 'hr'), find('minute', 'min')];
  const cell = (at: number, row: number) => (at < 0 ? 0 : Number(sheet.columns[at]![row] || Number.NaN));
  const times = Float64Array.from({ length: sheet.rows }, (_, row) => {
    const date = utc(cell(year, row), cell(month, row), cell(day, row));
    return date + (cell(hour, row) * DAY_MS) / 24 + cell(minute, row) * 60_000;
  });
  if (times.filter((time) => !Number.isNaN(time)).length < MOST * times.length) return null;
  const columns = [year, month, day, hour, minute].filter((at) => at >= 0).map((at) => sheet.header[at]!);
  return { times, columns, remarks: [] };
}
