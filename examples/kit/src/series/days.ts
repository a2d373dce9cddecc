import { quote } from '@synaprune/core/checks';
import { nameText } from '../terminal.js';
import { badData } from './bad-data.js';

export const DAY_MS = 86_400_000;

const ISO = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?(?:Z|[+-]00:?00)?$/;
const SLASHED = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
/** Longer texts are no dates. */
const LONGEST = 60;
const CLOCK = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?$/;

/** Whether a text is written as a date that {@link parseDates} reads. */
export function looksLikeDate(text: string): boolean {
  return text.length <= LONGEST && (ISO.test(text) || SLASHED.test(text));
}

/** Whether a text is a time of day. */
export function looksLikeClock(text: string): boolean {
  return text.length <= LONGEST && CLOCK.test(text);
}

/**
 * Milliseconds since 1970 (UTC) of every text: `2024-04-24`, `2024-04-24 13:00`, `2024-04-24T13:00:00.000Z`,
 * or `24/04/2024` and `04/24/2024`, where the column itself has to show which of the two comes first.
 *
 * @param clocks times of day to add, when they stand in a column of their own
 * @param rowOf the line of the file that a row stands on, for messages
 * @throws PruneError `bad-data` when a text is no date, the order of day and month stays open, or the rows are
 *   not strictly ascending
 */
export function parseDates(
  column: string,
  texts: readonly string[],
  clocks: readonly string[] | null,
  rowOf: (row: number) => number,
): Float64Array {
  const name = nameText(column);
  const dayFirst = orderOfDayAndMonth(name, texts);
  const dates = Float64Array.from(texts, (text, row) => {
    const day = parseDay(text, dayFirst);
    const clock = clocks === null ? 0 : parseClock(clocks[row]!);
    if (Number.isNaN(day) || Number.isNaN(clock)) {
      const got = quote(clocks === null ? text : `${text} ${clocks[row]}`, LONGEST);
      throw badData(`column ${name} needs a date in every row, got ${got} on line ${rowOf(row)}`);
    }
    return day + clock;
  });
  requireAscending(name, texts, dates, rowOf);
  return dates;
}

function requireAscending(
  column: string,
  texts: readonly string[],
  dates: Float64Array,
  rowOf: (row: number) => number,
): void {
  for (let row = 1; row < dates.length; row += 1) {
    if (dates[row]! > dates[row - 1]!) continue;
    const fault = dates[row] === dates[row - 1] ? 'the same date twice' : 'dates that run backwards';
    throw badData(
      `column ${column} needs dates in ascending order, got ${fault}: ` +
        `${texts[row - 1]} on line ${rowOf(row - 1)}, then ${texts[row]} on line ${rowOf(row)}`,
    );
  }
}

/** Whether slashed dates have the day first; `false` too when none is slashed. */
function orderOfDayAndMonth(column: string, texts: readonly string[]): boolean {
  let [slashed, dayFirst, monthFirst] = [false, false, false];
  for (const text of texts) {
    const match = text.length > LONGEST ? null : SLASHED.exec(text);
    if (match === null) continue;
    slashed = true;
    dayFirst ||= Number(match[1]) > 12;
    monthFirst ||= Number(match[2]) > 12;
  }
  if (slashed && dayFirst === monthFirst) {
    const problem = dayFirst ? 'has days in both places' : 'could be day/month or month/day';
    throw badData(`column ${column} ${problem}: write its dates as YYYY-MM-DD`);
  }
  return dayFirst;
}

function parseDay(text: string, dayFirst: boolean): number {
  if (text.length > LONGEST) return Number.NaN;
  const slashed = SLASHED.exec(text);
  if (slashed !== null) {
    const [first, second, year] = [Number(slashed[1]), Number(slashed[2]), Number(slashed[3])];
    return utc(year, dayFirst ? second : first, dayFirst ? first : second, 0, 0, 0);
  }
  const iso = ISO.exec(text);
  if (iso === null) return Number.NaN;
  const [year, month, day, hour, minute, second] = iso.slice(1).map((part) => Number(part ?? 0));
  return utc(year!, month!, day!, hour!, minute!, second!);
}

function parseClock(text: string): number {
  const match = text.length > LONGEST ? null : CLOCK.exec(text);
  if (match === null) return Number.NaN;
  const [hour, minute, second] = match.slice(1).map((part) => Number(part ?? 0));
  return hour! < 24 && minute! < 60 && second! < 60
    ? ((hour! * 60 + minute!) * 60 + second!) * 1000
    : Number.NaN;
}

/** `Date.UTC` that refuses 31 February instead of rolling over. */
function utc(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  const time = Date.UTC(year, month - 1, day, hour, minute, second);
  const date = new Date(time);
  const same = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && hour < 24 && minute < 60;
  return same ? time : Number.NaN;
}

/** `2024-04-24` of a time. */
export function isoDay(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
