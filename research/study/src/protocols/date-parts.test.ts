import { expect, it } from 'vitest';
import { dateParts } from './date-parts.js';

it.each([
  // Weeks by the ISO 8601 calendar: years of 53 weeks, and days that belong to the year beside theirs.
  ['2020-12-31', [31, 12, 53, 2020, 4, 3, 0]],
  ['2021-01-03', [3, 1, 53, 2021, 1, 6, 1]],
  ['2021-01-04', [4, 1, 1, 2021, 1, 0, 0]],
  ['2024-12-30', [30, 12, 1, 2024, 4, 0, 0]],
  ['2024-06-01', [1, 6, 22, 2024, 2, 5, 1]],
])('parts of %s', (text, parts) => {
  const columns = dateParts(Float64Array.of(Date.parse(text)));
  expect(columns.map(({ name }) => name)).toEqual([
    'date',
    'day',
    'month',
    'week',
    'year',
    'quarter',
    'weekday',
    'weekend',
  ]);
  expect(columns.slice(1).map(({ values }) => values[0])).toEqual(parts);
});
