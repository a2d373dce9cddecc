import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSeries } from './load-series.js';

function load(text: string, target?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'study-data-'));
  try {
    writeFileSync(join(folder, 'data.csv'), text);
    return loadSeries({ source: join(folder, 'data.csv'), target });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('a built-in series', () => {
  it.each([
    ['births', 'births'],
    ['sp500', 'close'],
    ['weather', 'temp_max'],
    ['sensors', 'humidity'],
  ])('%s has an identity of its own', (source, target) => {
    const { identity } = loadSeries({ source });
    expect(identity).toMatchObject({ source, target });
    expect(identity.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('has another identity for another target', () => {
    const wind = loadSeries({ source: 'weather', target: 'wind' });
    expect(wind.series.columns[0]!.name).toBe('wind');
    expect(wind.identity.sha256).not.toBe(loadSeries({ source: 'weather' }).identity.sha256);
  });

  it('says which columns it leaves out', () => {
    expect(loadSeries({ source: 'sp500' }).remarks).toEqual(['column adjclose left out: the same as close']);
  });
});

describe('a file', () => {
  const rows = Array.from({ length: 60 }, (_, at) => {
    const day = new Date(Date.UTC(2020, 0, 1 + at)).toISOString().slice(0, 10);
    return `${day},${at % 9},${at % 7}`;
  });
  const whole = `d,v,w\n${rows.join('\n')}`;

  it('gives the same identity for the same numbers, and another for others', () => {
    const first = load(whole, 'v').identity;
    expect(first).toMatchObject({
      name: 'data.csv',
      target: 'v',
      step: 'day',
      provenance: 'from the file data.csv',
    });
    expect(first.licence).toMatch(/unknown/);
    expect(load(whole.replaceAll(',', ';'), 'v').identity.sha256).toBe(first.sha256);
    expect(load(`d,v,w\n${rows.toReversed().join('\n')}`, 'v').identity.sha256).toBe(first.sha256);
    expect(load(whole.replace('2020-01-01,0', '2020-01-01,0.5'), 'v').identity.sha256).not.toBe(first.sha256);
    expect(load(whole.replace('d,v,w', 'd,v,x'), 'v').identity.sha256).not.toBe(first.sha256);
  });

  it('says how a target is named', () => {
    expect(() => load(whole)).toThrow(/needs a target, as in .*data\.csv:COLUMN; columns of numbers: v, w/);
  });

  it('leaves levels or changes to its training part', () => {
    expect(load(whole, 'v').inputs).toBe('by drift');
  });
});
