import { PruneError } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { toyCsv } from '../testing/toy.js';
import { type CsvRequest, parseSheet, readCsv, seriesOf } from './csv.js';
import { looksNumeric } from './csv-numbers.js';
import { looksLikeDate } from './dates.js';
import { loadSeries } from './load.js';
import { checkSize } from './table-limits.js';

const REJECT = { codes: [], rows: 'reject' } as const;

function read(text: string, request: Partial<CsvRequest> = {}) {
  return seriesOf('file.csv', parseSheet('file.csv', text), { target: 'value', missing: REJECT, ...request });
}

/** The message of the `bad-data` error that a call throws. */
function complaint(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(PruneError);
    expect((error as PruneError).code).toBe('bad-data');
    expect((error as PruneError).message).not.toContain('\n');
    return (error as PruneError).message;
  }
  throw new Error('nothing was thrown');
}

describe('a CSV file', () => {
  it('gives the target first, then the other numeric columns', () => {
    const series = read('other,date,value\n1,2020-01-01,10\n2,2020-01-02,20\n3,2020-01-03,30\n');
    expect(series.columns.map(({ name }) => name)).toEqual(['value', 'other']);
    expect([...series.columns[0]!.values]).toEqual([10, 20, 30]);
    expect(series.dates?.[2]).toBe(Date.UTC(2020, 0, 3));
    expect(series.step).toBe('day');
    expect(series.season).toEqual({ rows: 7, label: 'a week ago' });
  });

  it('may use semicolons, a byte order mark and no dates', () => {
    const series = read('\uFEFFvalue;other\n1.5;2\n-3e2;4\n');
    expect([...series.columns[0]!.values]).toEqual([1.5, -300]);
    expect(series.dates).toBeNull();
  });

  it('may have its clock in a column of its own, and days before months', () => {
    const series = read('Date,Time,value\n30/03/2004,23:00:00,1\n31/03/2004,00:00:00,2\n');
    expect(series.dates?.[0]).toBe(Date.UTC(2004, 2, 30, 23));
    expect(series.step).toBe('hour');
  });

  it('ignores text columns and says so', () => {
    expect(read('value,place\n1,here\n2,there\n').ignored).toEqual([
      { name: 'place', reason: 'not numeric' },
    ]);
  });

  it('has no season when days are left out', () => {
    expect(read('date,value\n2020-01-03,1\n2020-01-06,2\n2020-01-07,3\n2020-01-08,4\n').season).toBeNull();
  });

  it('may skip declared codes when asked to', () => {
    const series = read('value\n1\n-200.0\n3\n', { missing: { codes: ['-200'], rows: 'skip' } });
    expect([...series.columns[0]!.values]).toEqual([1, Number.NaN, 3]);
  });
});

describe('a CSV file is refused', () => {
  it.each([
    ['an empty cell', 'date,value\n2020-01-01,1\n2020-01-02,\n', /1 missing of 2, the first on line 3/],
    ['the text NaN', 'value\nNaN\n2\n', /value needs a value in every row, got 1 missing/],
    ['text among numbers', 'value\n1\ntwo\n', /value needs numbers, got "two" on line 3/],
    ['a missing column', 'date,price\n2020-01-01,1\n', /no column "value"; it has date, price/],
    ['dates that run backwards', 'date,value\n2020-01-02,1\n2020-01-01,2\n', /run backwards.*line 3/],
    ['a date twice', 'date,value\n2020-01-01,1\n2020-01-01,2\n', /the same date twice/],
    ['a day that is none', 'date,value\n2020-01-01,1\n2020-02-31,2\n', /got "2020-02-31" on line 3/],
    ['an open order of day and month', 'date,value\n01/02/2020,1\n02/02/2020,2\n', /YYYY-MM-DD/],
    ['ragged rows', 'a,value\n1,2\n3\n', /2 cells in every row, got 1 on line 3/],
    ['nothing in it', '', /is empty/],
    ['no rows', 'date,value\n', /no rows/],
    ['a column name twice', 'value,value\n1,2\n', /two columns named "value"/],
    ['a date as its target', 'value\n2020-01-01\n', /holds dates/],
  ])('for %s', (_, text, message) => {
    expect(complaint(() => read(text))).toMatch(message);
  });

  it('for a code that was declared to mean missing, and only then', () => {
    const text = 'value\n1\n-200\n';
    expect([...read(text).columns[0]!.values]).toEqual([1, -200]);
    expect(complaint(() => read(text, { missing: { codes: ['-200'], rows: 'reject' } }))).toMatch(
      /1 missing/,
    );
  });

  it('when there is no such file, or it is a folder', () => {
    const request = { target: 'value', missing: REJECT };
    expect(complaint(() => readCsv('/nowhere/x.csv', request))).toMatch(
      /\/nowhere\/x\.csv: there is no such file/,
    );
    expect(complaint(() => readCsv('.', request))).toMatch(/it is a folder/);
  });

  it('for a cell that is longer than any spreadsheet’s, and for too many columns', () => {
    expect(complaint(() => read(`value\n"${'x'.repeat(40_000)}"\n`))).toMatch(
      /at most 32767 characters, got one of 40000 on line 2/,
    );
    const names = Array.from({ length: 2001 }, (_, i) => `c${i}`).join(',');
    expect(complaint(() => read(`${names}\n${names}\n`))).toMatch(/has 2001 columns, more than the 2000/);
  });

  it('for more cells than fit, before they are taken apart', () => {
    expect(complaint(() => checkSize('file.csv', Buffer.from('a,b\n1,2\n'), 4))).toMatch(
      /may hold 5 cells, more than the 4/,
    );
    checkSize('file.csv', Buffer.from('a,b\n1,2'), 4);
  });

  it('without control characters in what is said of it', () => {
    expect(complaint(() => read('a\u001b[2J,b\n1,2\n'))).toBe(
      'file.csv has no column "value"; it has a\\u001b[2J, b',
    );
    expect(complaint(() => read(`${'n'.repeat(30_000)},b\n1,2\n`)).length).toBeLessThan(300);
  });

  it('with the nearest column where a name is misspelt', () => {
    expect(complaint(() => read('valu,b\n1,2\n'))).toBe(
      'file.csv has no column "value"; did you mean "valu"? It has valu, b',
    );
  });

  it('without a target', () => {
    expect(complaint(() => loadSeries({ data: 'x.csv', missing: REJECT }))).toMatch(/needs --target/);
  });
});

it('a cell that begins like a number is looked at once, however long it is', () => {
  // Where digits can be split in two ways, a million of them take hours.
  const digits = '1'.repeat(1e6);
  for (const text of [`${digits}x`, `${digits}.${digits}x`, `1e${digits}x`, ' '.repeat(1e6)]) {
    expect(looksNumeric(text)).toBe(false);
    expect(looksLikeDate(text)).toBe(false);
  }
  const longest = '1'.repeat(1199);
  expect(looksNumeric(longest)).toBe(true);
  expect(looksNumeric(`${longest}x`)).toBe(false);
});

describe('the built-in series', () => {
  it('are not what every object has', () => {
    for (const data of ['toString', '__proto__', 'constructor']) {
      expect(complaint(() => loadSeries({ data, target: 'x', missing: REJECT }))).toMatch(/no such file/);
    }
  });

  it('births has 7,305 days, the first with 8,486', () => {
    const series = loadSeries({ data: 'births', missing: REJECT });
    const [births] = series.columns;
    expect(births!.values.length).toBe(7305);
    expect(births!.values[0]).toBe(8486);
    expect(new Date(series.dates!.at(-1)!).toISOString().slice(0, 10)).toBe('1988-12-31');
    const gaps = new Set(series.dates!.subarray(1).map((date, row) => date - series.dates![row]!));
    expect([...gaps]).toEqual([86_400_000]);
  });

  it('sp500 has 5,105 trading days and forecasts close', () => {
    const series = loadSeries({ data: 'sp500', missing: REJECT });
    expect(series.columns.map(({ name }) => name)).toEqual(['close', 'open', 'high', 'low', 'volume']);
    expect(series.columns[0]!.values.length).toBe(5105);
    expect(series.columns[0]!.values[0]).toBe(1455.219971);
  });

  it('takes no other target', () => {
    expect(complaint(() => loadSeries({ data: 'births', target: 'x', missing: REJECT }))).toMatch(
      /forecasts births/,
    );
  });
});

it('the toy series of the tests is a daily one', () => {
  expect(read(toyCsv()).season?.rows).toBe(7);
});
