/** A reader of one way to write dates: milliseconds of the wall clock, and minutes ahead of UTC where it says so. */
export interface DateStyle {
  readonly name: string;
  read(text: string): { readonly wall: number; readonly ahead: number | null } | null;
}

/** Longer texts are no dates, and are not tried: with white space in them, trying takes its square. */
const LONGEST = 60;
const CLOCK = String.raw`(?:(?:T|\s+|,\s*)(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)?\s*([AaPp][Mm])?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?`;
const YEAR_FIRST = new RegExp(String.raw`^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})${CLOCK}$`);
const YEAR_LAST = new RegExp(String.raw`^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})${CLOCK}$`);
const NAMED = new RegExp(String.raw`^(\d{1,2})[-\s]([A-Za-z]{3,9})[-,\s]+(\d{4}|\d{2})${CLOCK}$`);
const NAMED_FIRST = new RegExp(String.raw`^([A-Za-z]{3,9})\.?\s+(\d{1,2}),?\s+(\d{4})${CLOCK}$`);
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const MONTH = /^(\d{4})[-/](\d{1,2})$/;
const TIME_OF_DAY = /^(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?$/;
const MONTHS = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** All ways to write dates, the safest first. */
export const DATE_STYLES: readonly DateStyle[] = [
  style('year first', YEAR_FIRST, ([year, month, day]) => [Number(year), Number(month), Number(day)]),
  style('day first', YEAR_LAST, ([day, month, year]) => [fullYear(year!), Number(month), Number(day)]),
  style('month first', YEAR_LAST, ([month, day, year]) => [fullYear(year!), Number(month), Number(day)]),
  style('named month', NAMED, ([day, month, year]) => [fullYear(year!), monthOf(month!), Number(day)]),
  style('named month first', NAMED_FIRST, ([month, day, year]) => [
    Number(year),
    monthOf(month!),
    Number(day),
  ]),
  style('month', MONTH, ([year, month]) => [Number(year), Number(month), 1]),
];

/** Dates that look like plain numbers: only for columns whose name says that they are dates. */
export const NUMERIC_DATE_STYLES: readonly DateStyle[] = [
  style('compact', COMPACT, ([year, month, day]) => [Number(year), Number(month), Number(day)]),
  epoch('seconds since 1970', 1000),
  epoch('milliseconds since 1970', 1),
];

/** Milliseconds since midnight of `18:00:00`, `18.00.00` or `18:00`; NaN for anything else. */
export function readTimeOfDay(text: string): number {
  const match = text.length > LONGEST ? null : TIME_OF_DAY.exec(text);
  return match === null ? Number.NaN : clock(match[1]!, match[2]!, match[3], undefined);
}

/** `Date.UTC` with months from 1 that gives NaN for 31 February instead of rolling over. */
export function utc(year: number, month: number, day: number): number {
  const time = Date.UTC(year, month - 1, day);
  const date = new Date(time);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time : Number.NaN;
}

function style(
  name: string,
  pattern: RegExp,
  order: (groups: readonly (string | undefined)[]) => [number, number, number],
): DateStyle {
  return {
    name,
    read(text) {
      const match = text.length > LONGEST ? null : pattern.exec(text);
      if (match === null) return null;
      const time = match.length > 4 ? match.slice(4) : [];
      const [hour, minute, second, half, zone] = time;
      const wall =
        utc(...order(match.slice(1))) + (hour === undefined ? 0 : clock(hour, minute!, second, half));
      return Number.isNaN(wall) ? null : { wall, ahead: zone === undefined ? null : minutesAhead(zone) };
    },
  };
}

function epoch(name: string, unit: number): DateStyle {
  return {
    name,
    read(text) {
      const value = text.length <= LONGEST && /^\d+(\.\d+)?$/.test(text) ? Number(text) * unit : Number.NaN;
      return value >= Date.UTC(1980, 0) && value < Date.UTC(2100, 0) ? { wall: value, ahead: 0 } : null;
    },
  };
}

function clock(hour: string, minute: string, second = '0', half: string | undefined): number {
  let hours = Number(hour);
  if (half !== undefined) hours = (hours % 12) + (half.toLowerCase() === 'pm' ? 12 : 0);
  // 24:00 is the end of a day in some files.
  const good =
    (hours < 24 || (hours === 24 && Number(minute) === 0)) && Number(minute) < 60 && Number(second) < 60;
  return good ? ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000 : Number.NaN;
}

function minutesAhead(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]));
}

function monthOf(name: string): number {
  return MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
}

/** `68` is 2068 and `69` is 1969, as POSIX has it. */
function fullYear(text: string): number {
  const year = Number(text);
  return text.length === 4 ? year : year + (year < 69 ? 2000 : 1900);
}
