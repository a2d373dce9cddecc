import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findDates } from './find-dates.js';
import { parseSheet } from './sheet.js';

const times = (text: string) => findDates(parseSheet('x.csv', text))?.times;
const isoOf = (text: string) =>
  Array.from(times(text) ?? [], (time) => new Date(time).toISOString().slice(0, 16));

it('a long cell with much white space is no date, and is not tried', () => {
  const text = `31 Dec 2019${' '.repeat(30_000)}10:30${' '.repeat(2000)}x`;
  expect(times(`d,v\n${text},1\n${text},2`)).toBeUndefined();
});

describe('dates', () => {
  it.each([
    ['ISO days', 'd,v\n2024-02-28,1\n2024-02-29,2', ['2024-02-28T00:00', '2024-02-29T00:00']],
    [
      'ISO times',
      'd,v\n2024-02-28 01:30,1\n2024-02-29T02:00:00.000Z,2',
      ['2024-02-28T01:30', '2024-02-29T02:00'],
    ],
    ['day first', 'd,v\n13/03/2004,1\n14/03/2004,2', ['2004-03-13T00:00', '2004-03-14T00:00']],
    ['month first', 'd,v\n3/13/04 1:00 PM,1\n3/14/04 12:00 AM,2', ['2004-03-13T13:00', '2004-03-14T00:00']],
    ['dots', 'd;v\n31.12.2019;1\n01.01.2020;2', ['2019-12-31T00:00', '2020-01-01T00:00']],
    ['names of months', 'd;v\nDec 31, 2019;1\nJan 1, 2020;2', ['2019-12-31T00:00', '2020-01-01T00:00']],
    ['days before names', 'd;v\n31-Dec-19;1\n01-Jan-20;2', ['2019-12-31T00:00', '2020-01-01T00:00']],
    ['months', 'd,v\n2019-12,1\n2020-01,2', ['2019-12-01T00:00', '2020-01-01T00:00']],
    ['compact days', 'date,v\n20191231,1\n20200101,2', ['2019-12-31T00:00', '2020-01-01T00:00']],
    ['seconds', 'unix,v\n1577836800,1\n1577840400,2', ['2020-01-01T00:00', '2020-01-01T01:00']],
    [
      'date and time apart',
      'Date;Time;v\n10/03/2004;18.00.00;1\n13/03/2004;19.30.00;2',
      ['2004-03-10T18:00', '2004-03-13T19:30'],
    ],
    [
      'parts',
      'No,year,month,day,hour,v\n1,2010,1,1,22,5\n2,2010,1,1,23,6',
      ['2010-01-01T22:00', '2010-01-01T23:00'],
    ],
  ])('reads %s', (_, text, expected) => {
    expect(isoOf(text)).toEqual(expected);
  });

  it('has days and hours by the clock on the wall', () => {
    expect(isoOf('t,v\n2024-01-01T00:00:00+02:00,1\n2024-01-02T00:00:00+02:00,2')).toEqual([
      '2024-01-01T00:00',
      '2024-01-02T00:00',
    ]);
  });

  it('has UTC where summer time makes the clock run backwards', () => {
    expect(isoOf('t,v\n2024-10-27T02:30:00+02:00,1\n2024-10-27T02:00:00+01:00,2')).toEqual([
      '2024-10-27T00:30',
      '2024-10-27T01:00',
    ]);
  });

  it('takes the order of day and month in which time runs forward, and says so', () => {
    const found = findDates(
      parseSheet('x.csv', 'd,v\n01/02/2020,1\n01/03/2020,2\n01/04/2020,3\n01/05/2020,4\n02/01/2020,4'),
    );
    expect(found?.remarks[0]).toMatch(/read as month first/);
  });

  it('takes no column of plain numbers for dates', () => {
    expect(times('v,w\n20200101,1\n20200102,2')).toBeUndefined();
    expect(times('day,v\n1,5\n2,6')).toBeUndefined();
  });

  it('refuses days that do not exist', () => {
    expect(times('d,v\n2023-02-29,1\n2023-02-30,2')).toBeUndefined();
  });

  it('reads back every minute that toISOString writes', () => {
    const minute = fc.integer({ min: -2e7, max: 6e7 }).map((value) => value * 60_000);
    fc.assert(
      fc.property(minute, (time) => {
        expect(times(`d,v\n${new Date(time).toISOString()},1`)).toEqual(Float64Array.of(time));
      }),
    );
  });
});
