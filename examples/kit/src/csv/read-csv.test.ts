import { describe, expect, it } from 'vitest';
import { readCsv } from './read-csv.js';
import { withFile } from './testing/with-file.js';

const load = (text: string, target?: string) => withFile(text, (path) => readCsv(path, { target }));
const days = (count: number, row: (at: number) => string, skip = -1) =>
  Array.from(
    { length: count },
    (_, at) => `${new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10)},${row(at)}`,
  )
    .filter((_, at) => at !== skip)
    .join('\n');

describe('a file', () => {
  const whole = `d,v,w\n${days(60, (at) => `${at % 9},${at % 7}`)}`;

  it('needs a target, and lists what there is', () => {
    expect(() => load(whole)).toThrow(/data\.csv needs a target; columns of numbers: v, w/);
    expect(() => load(whole, 'x')).toThrow(/got x: there is no column x; columns of numbers: v, w/);
    expect(() => load(whole.replace('d,v,w', 'd,value,w'), 'valu')).toThrow(
      /got valu: there is no column valu; did you mean "value"\? There are columns of numbers: value, w$/,
    );
    expect(() => load(whole, 'd')).toThrow(/column d holds dates/);
    expect(() => load('s,v\na,1\nb,2', 's')).toThrow(/column s holds text/);
  });

  it('takes what somebody declares as missing, as a text or as a number', () => {
    const text = `d,v\n${days(30, (at) => (at === 3 ? '-7.0' : at === 5 ? 'off' : `${at % 9}`))}`;
    const { series, remarks } = withFile(text, (path) =>
      readCsv(path, { target: 'v', missing: ['-7', 'off'] }),
    );
    expect(
      [...series.columns[0]!.values.keys()].filter((row) => Number.isNaN(series.columns[0]!.values[row]!)),
    ).toEqual([3, 5]);
    expect(remarks).toEqual(['missing values: v 2, of 30 rows']);
  });

  it('has an error code', () => {
    expect(() => load(whole)).toThrow(expect.objectContaining({ code: 'bad-data' }));
  });

  it('refuses a target that never changes', () => {
    expect(() => load(`d,v\n${days(20, () => '5')}`, 'v')).toThrow(/got column v, which is 5 in every row/);
    expect(() => load(`d,v\n${days(20, () => 'NA')}`, 'v')).toThrow(/which has no values/);
  });

  it('leaves out what teaches nothing, and says why', () => {
    const { series, remarks } = load(
      `d,v,s,c,n,twin,gaps\n${days(40, (at) => `${at % 9},x,3,${at},${at % 9},${at < 20 ? '' : at % 4}`)}`,
      'v',
    );
    expect(series.columns.map(({ name }) => name)).toEqual(['v']);
    expect(remarks).toEqual([
      'columns of text left out: s',
      'column c left out: it is 3 in every row',
      'column n left out: it counts the rows',
      'column twin left out: it is the same as v',
      'column gaps left out: it has no value in 20 of 40 rows',
    ]);
  });

  it('remarks on missing values, codes and zeros in runs', () => {
    const cell = (at: number) =>
      at === 3 ? 'NA' : at % 20 === 5 ? '-200' : at === 30 || at === 31 ? '0' : `${1 + (at % 9)}`;
    const { series, remarks } = load(`d,v,w\n${days(60, (at) => `${cell(at)},${(at * 7) % 11}`)}`, 'v');
    expect(remarks).toEqual([
      'missing values: v 1, of 60 rows',
      '-200 stands apart from all other values and is taken as missing: v 3, of 60 rows',
      'zeros in runs, perhaps missing, kept as they are: v 2 (up to 2 in a row), of 60 rows',
    ]);
    expect(
      Array.from(series.columns[0]!.values.keys()).filter((row) =>
        Number.isNaN(series.columns[0]!.values[row]!),
      ),
    ).toEqual([3, 5, 25, 45]);
  });

  it('turns round and sorts rows by date, and says so', () => {
    const lines = days(30, (at) => `${at % 9}`).split('\n');
    const straight = load(`d,v\n${lines.join('\n')}`, 'v');
    const turned = load(`d,v\n${lines.toReversed().join('\n')}`, 'v');
    expect(turned.remarks).toEqual(['the newest row stands first; rows turned round']);
    const mixed = load(`d,v\n${[...lines.slice(15), ...lines.slice(0, 15)].join('\n')}`, 'v');
    expect(mixed.remarks).toEqual(['dates run backwards 1 times; rows sorted by d']);
    expect([turned.series, mixed.series]).toEqual([straight.series, straight.series]);
  });

  it('remarks on gaps in the dates', () => {
    const { remarks } = load(`d,v\n${days(40, (at) => `${at % 9}`, 9)}`, 'v');
    expect(remarks).toEqual([
      '1 gap in the dates, the longest 2 days after 2020-01-09 00:00; rows on both sides are taken as neighbours',
    ]);
  });

  it('keeps one row of a date, and refuses several series in one file', () => {
    const lines = days(30, (at) => `${at % 9}`).split('\n');
    const twice = load(`d,v\n${lines.slice(0, 9).join('\n')}\n${lines.slice(8).join('\n')}`, 'v');
    expect(twice.series.columns[0]!.values.length).toBe(30);
    expect(twice.remarks).toEqual(['1 row with the same date as the row before left out']);
    expect(() => load(`d,v\n${lines.flatMap((line) => [line, line]).join('\n')}`, 'v')).toThrow(
      /30 of 60 rows with the date of another row/,
    );
  });

  it('knows the season of hours, days, months and ten minutes, and none of working days', () => {
    const at = (count: number, time: (row: number) => number) =>
      load(
        `t,v\n${Array.from({ length: count }, (_, row) => `${new Date(time(row)).toISOString()},${row % 13}`).join('\n')}`,
        'v',
      ).series;
    expect(at(300, (row) => Date.UTC(2020, 0, 1, row))).toMatchObject({ step: 'hour', season: { rows: 24 } });
    expect(at(100, (row) => Date.UTC(2020, 0, 1 + row))).toMatchObject({ step: 'day', season: { rows: 7 } });
    expect(at(200, (row) => Date.UTC(2000, row))).toMatchObject({ step: 'month', season: { rows: 12 } });
    expect(at(2000, (row) => Date.UTC(2020, 0, 1, 0, 10 * row))).toMatchObject({
      step: '10 minutes',
      season: { rows: 144 },
    });
    const working = at(100, (row) => Date.UTC(2020, 0, 6 + Math.floor(row / 5) * 7 + (row % 5)));
    expect(working).toMatchObject({ step: 'working day', season: null });
    expect(at(100, (row) => Date.UTC(2020, 0, 1 + 7 * row))).toMatchObject({ step: 'week', season: null });
  });
});
