import { DAY_MS } from './days.js';
import type { Column } from './series.js';

/**
 * What the calendar says about the day that is forecast: its weekday (seven columns, one of them 1) and the
 * place in the year (sine and cosine); for rows closer than a day also the hour (sine and cosine). All of it
 * is known in advance. Row t of a column belongs to date t itself; {@link makeWindows} shifts it by one.
 *
 * @returns no columns when the rows are further apart than a day is
 */
export function calendarColumns(dates: Float64Array): Column[] {
  const gaps = dates
    .subarray(1)
    .map((date, row) => date - dates[row]!)
    .sort();
  const gap = gaps[gaps.length >> 1] ?? Number.POSITIVE_INFINITY;
  if (gap > DAY_MS) return [];
  const column = (name: string, of: (date: Date) => number): Column => ({
    name,
    values: dates.map((date) => of(new Date(date))),
  });
  const wave = (name: string, fraction: (date: Date) => number): Column[] => [
    column(`${name} (sine)`, (date) => Math.sin(2 * Math.PI * fraction(date))),
    column(`${name} (cosine)`, (date) => Math.cos(2 * Math.PI * fraction(date))),
  ];
  const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  return [
    ...weekdays.map((name, day) => column(name, (date) => (date.getUTCDay() === day ? 1 : 0))),
    ...wave('year', (date) => (date.getTime() - Date.UTC(date.getUTCFullYear(), 0)) / (365.25 * DAY_MS)),
    ...(gap < DAY_MS ? wave('hour', (date) => (date.getTime() % DAY_MS) / DAY_MS) : []),
  ];
}
