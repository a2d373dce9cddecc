import { PruneError } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { toyCsv } from '../testing/toy.js';
import { withFile } from '../testing/with-file.js';
import { type DataRequest, loadSeries } from './load.js';

const REJECT = { codes: [], rows: 'reject' } as const;

function read(text: string, request: Partial<DataRequest> = {}) {
  return withFile(text, (data) => loadSeries({ data, target: 'value', missing: REJECT, ...request }));
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
  const german =
    'Datum;value;Menge\n03.01.2020;1.200,5;7\n02.01.2020;1.100,25;9\n01.01.2020;900;4\n31.12.2019;1.000;5\n';

  it('may be a German one, the newest row first and its thousands apart', () => {
    const { series, remarks } = read(german);
    expect(series.columns.map(({ name }) => name)).toEqual(['value', 'Menge']);
    expect([...series.columns[0]!.values]).toEqual([1000, 900, 1100.25, 1200.5]);
    expect(series.dates?.[0]).toBe(Date.UTC(2019, 11, 31));
    expect(series.unit).toBe('value');
    expect(remarks).toEqual(['the newest row stands first; rows turned round']);
  });

  it('may have its thousands apart in the English way', () => {
    const { series } = read('date,value\n2020-01-01,"1,200"\n2020-01-02,"1,300"\n2020-01-03,900\n');
    expect([...series.columns[0]!.values]).toEqual([1200, 1300, 900]);
  });

  it('gives the columns that were asked for, and says which were not', () => {
    const { series } = read('a,value,b\n1,2,1\n4,5,7\n5,7,3\n', { columns: ['b'] });
    expect(series.columns.map(({ name }) => name)).toEqual(['value', 'b']);
    expect(series.ignored).toEqual([{ name: 'a', reason: 'not asked for' }]);
  });

  it('may skip declared codes when asked to, however they are written', () => {
    const missing = { codes: ['-7'], rows: 'skip' } as const;
    const { series } = read('value\n1\n-7.0\n3\n', { missing });
    expect([...series.columns[0]!.values]).toEqual([1, Number.NaN, 3]);
  });

  it('is seen as levels unless told', () => {
    expect(read('value\n1\n2\n4\n').series.inputs).toBe('levels');
    expect(read('value\n1\n2\n4\n', { inputs: 'changes' }).series.inputs).toBe('changes');
  });
});

describe('a CSV file is refused', () => {
  it.each([
    ['an empty cell', 'date,value\n2020-01-01,1\n2020-01-02,\n2020-01-03,2\n', /1 missing of 3.* in row 2 /],
    ['the text NaN', 'value\nNaN\n2\n3\n', /value needs a value in every row, got 1 missing/],
    ['a missing column', 'date,price\n2020-01-01,1\n2020-01-02,2\n', /got value: there is no column value/],
    ['a date as its target', 'value\n2020-01-01\n2020-01-02\n', /column value holds dates/],
    ['ragged rows', 'a,value\n1,2\n3\n', /2 cells in every row, got 1 on line 3/],
  ])('for %s', (_, text, message) => {
    expect(complaint(() => read(text))).toMatch(message);
  });

  it('for a code that was declared to mean missing, and only then', () => {
    const text = 'value\n1\n-7\n2\n';
    expect([...read(text).series.columns[0]!.values]).toEqual([1, -7, 2]);
    expect(complaint(() => read(text, { missing: { codes: ['-7'], rows: 'reject' } }))).toMatch(/1 missing/);
  });

  it('without a target, with those that there are', () => {
    expect(complaint(() => read('v,w\n1,2\n3,5\n', { target: undefined }))).toMatch(
      /needs a target, as --target says it; columns of numbers: v, w/,
    );
  });

  it('with the nearest column where one of --columns is misspelt', () => {
    expect(complaint(() => read('value,other\n1,2\n2,9\n', { columns: ['othr'] }))).toMatch(
      /got "othr"; did you mean "other"\? It has value, other$/,
    );
  });
});

describe('the built-in series', () => {
  it('are not what every object has', () => {
    for (const data of ['toString', '__proto__', 'constructor']) {
      expect(complaint(() => loadSeries({ data, target: 'x', missing: REJECT }))).toMatch(/no such file/);
    }
  });

  it('forecast another of their columns when asked, in units of its name', () => {
    const { series } = loadSeries({ data: 'weather', target: 'wind', missing: REJECT });
    expect(series.columns[0]!.name).toBe('wind');
    expect(series.unit).toBe('wind');
    expect(complaint(() => loadSeries({ data: 'births', target: 'x', missing: REJECT }))).toMatch(
      /births needs one of its columns as its target, got x; it has births/,
    );
  });
});

it('the toy series of the tests is a daily one', () => {
  expect(read(toyCsv()).series.season?.rows).toBe(7);
});
