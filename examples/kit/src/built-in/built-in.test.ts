import { describe, expect, it } from 'vitest';
import { BUILT_IN_NAMES, loadBuiltIn } from './built-in.js';

describe('built-in series', () => {
  it.each([
    ['births', 'births', 7305, 1],
    ['sp500', 'close', 5105, 5],
    ['weather', 'temp_max', 1461, 4],
    ['sensors', 'humidity', 4417, 4],
  ])('%s is whole and says where it comes from', (name, target, rows, columns) => {
    const series = loadBuiltIn(name)!;
    expect(series).toMatchObject({ name });
    expect(series.columns[0]!.name).toBe(target);
    expect([series.columns[0]!.values.length, series.columns.length]).toEqual([rows, columns]);
    expect(series.columns.every(({ values }) => values.every(Number.isFinite))).toBe(true);
    expect(series.provenance).toMatch(/npm package/);
    expect(series.licence).not.toBe('');
  });

  it('births has 8,486 on its first day and no day without a row', () => {
    const { columns, dates, season } = loadBuiltIn('births')!;
    expect(columns[0]!.values[0]).toBe(8486);
    expect(new Date(dates!.at(-1)!).toISOString().slice(0, 10)).toBe('1988-12-31');
    expect([...new Set(dates!.subarray(1).map((date, row) => date - dates![row]!))]).toEqual([86_400_000]);
    expect(season).toEqual({ rows: 7, label: 'a week ago' });
  });

  it('sp500 closes first, at 1,455.219971', () => {
    const { columns, season } = loadBuiltIn('sp500')!;
    expect(columns.map(({ name }) => name)).toEqual(['close', 'open', 'high', 'low', 'volume']);
    expect(columns[0]!.values[0]).toBe(1455.219971);
    expect(season).toBeNull();
  });

  it('forecasts another column when asked', () => {
    const wind = loadBuiltIn('weather', 'wind')!;
    expect(wind.columns.map(({ name }) => name)).toEqual(['wind', 'temp_max', 'precipitation', 'temp_min']);
    expect(() => loadBuiltIn('weather', 'snow')).toThrow(
      /got snow; it has temp_max, precipitation, temp_min, wind/,
    );
  });

  it('is none under the names that every object has', () => {
    for (const name of ['toString', '__proto__', 'constructor']) expect(loadBuiltIn(name)).toBeUndefined();
    expect(BUILT_IN_NAMES).toEqual(['births', 'sp500', 'weather', 'sensors']);
  });
});
