import { DAY_MS } from '@synaprune/examples-kit/series/days';
import type { Column } from '@synaprune/examples-kit/series/series';

/**
 * What the published program makes of a date: the date itself as a number, and day, month, ISO week, year, quarter,
 * weekday (Monday is 0) and whether it is a weekend.
 */
export function dateParts(dates: Float64Array): Column[] {
  const part = (name: string, of: (date: Date) => number): Column => ({
    name,
    values: dates.map((time) => of(new Date(time))),
  });
  const weekday = (date: Date) => (date.getUTCDay() + 6) % 7;
  return [
    { name: 'date', values: dates },
    part('day', (date) => date.getUTCDate()),
    part('month', (date) => date.getUTCMonth() + 1),
    part('week', (date) => isoWeek(date)),
    part('year', (date) => date.getUTCFullYear()),
    part('quarter', (date) => Math.floor(date.getUTCMonth() / 3) + 1),
    part('weekday', weekday),
    part('weekend', (date) => (weekday(date) >= 5 ? 1 : 0)),
  ];
}

/** Week 1 is the week, from Monday on, that holds the year's first Thursday (ISO 8601). */
function isoWeek(date: Date): number {
  const midnight = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate());
  const thursday = new Date(midnight + (3 - ((date.getUTCDay() + 6) % 7)) * DAY_MS);
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / (7 * DAY_MS)) + 1;
}
