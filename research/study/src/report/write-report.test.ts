import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { studyJsonSchema } from '../study-json.js';
import { type SyntheticOptions, syntheticStudy } from '../testing/synthetic-study.js';
import { analyse } from './analysis.js';
import { readStudyJson } from './read-study-json.js';
import { writeReport } from './write-report.js';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'report-'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
});

function write(options: SyntheticOptions, compareWith?: string) {
  const study = syntheticStudy(options);
  const paths = writeReport(study, dir, compareWith === undefined ? {} : { compareWith });
  return {
    study,
    paths,
    html: readFileSync(paths.html, 'utf8'),
    json: studyJsonSchema.parse(JSON.parse(readFileSync(paths.json, 'utf8'))),
  };
}

/** What a reader sees, without tags and with entities resolved. */
function textOf(html: string): string {
  return html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));
}

const ALL_ARMS =
  'none dropout mc-dropout-1 mc-dropout pruning-published pruning zhu-gupta zero-to-target one-shot random l2 narrow persistence'.split(
    ' ',
  );

describe('study.html', () => {
  it('asks nothing of the network', () => {
    const { html } = write({ arms: ALL_ARMS, models: ['lstm'] });
    const addresses = [...html.matchAll(/(?:src|href|action|data|poster)\s*=\s*"([^"]*)"/g)].map(
      (match) => match[1],
    );
    expect(addresses.filter((address) => !address!.startsWith('#'))).toEqual([]);
    expect(html).not.toMatch(/<script|<link|@import|<iframe|<img|url\(\s*['"]?(?!#)/);
    expect(html.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:\/\//);
  });

  it('shows every arm in the tables and in the ranks', () => {
    const { html } = write({ arms: ALL_ARMS, models: ['lstm'] });
    for (const arm of ALL_ARMS.filter((name) => name !== 'persistence')) {
      expect(html).toContain(`<th scope="col">${arm}</th>`);
      expect(html).toMatch(new RegExp(`<text [^>]*>${arm}</text>`));
    }
    expect(html).toContain('<th scope="col">last value</th>');
  });

  it('has the last value’s line in every chart and diagram', () => {
    const { html } = write({});
    const figures = html.match(/<figure>.*?<\/figure>/gs)!;
    expect(figures.length).toBeGreaterThan(8);
    expect(figures.filter((figure) => !/last value/.test(figure))).toEqual([]);
  });

  it('follows the theme of the system, and is made for paper', () => {
    const { html } = write({});
    expect(html).toContain('@media (prefers-color-scheme: dark)');
    expect(html).toContain('@media print');
  });

  it('escapes what comes from files', () => {
    const series = ['<script>alert("x")</script>&'];
    const { html } = write({ series, models: ['lstm'], missing: ({ seed }) => seed === 44 });
    expect(html).not.toContain('<script');
    expect(textOf(html)).toContain('<script>alert("x")</script>&');
  });

  it('contains no number that is none', () => {
    const { html } = write({ arms: ALL_ARMS, models: ['lstm'] });
    expect(textOf(html)).not.toMatch(/NaN|Infinity|undefined|null/);
  });

  it('marks the lowest arm of a row, and the last value where no arm is lower', () => {
    const { html } = write({
      models: ['lstm'],
      series: ['a'],
      lengths: [1],
      noise: 0,
      arms: ['none', 'pruning'],
      mae: ({ arm }) => (arm === 'none' ? 0.5 : 0.4),
      persistence: 0.3,
    });
    expect(html).toContain('<td class="number best">8.000');
    expect(html).toContain('<td class="number ahead">6.000');
  });

  it('says when blocks are too few for any test', () => {
    const { html } = write({});
    expect(textOf(html)).toContain('4 blocks are too few for Wilcoxon’s test: its least two-sided p is .125');
  });

  it('lists failed runs with their messages', () => {
    const { html, study } = write({ missing: ({ arm, seed }) => arm === 'pruning' && seed === 43 });
    expect(study.missing).toBe(8);
    expect(textOf(html)).toContain('8 runs of the design are not in the store; 8 runs failed');
    expect(textOf(html)).toContain('the loss is not a number');
  });
});

describe('study.json', () => {
  it('has its shape, and a row for every arm’s every run', () => {
    const { json, study } = write({ arms: ALL_ARMS, models: ['lstm'] });
    expect(json.rows).toHaveLength(12 * 2 * 2 * 3);
    expect(json.runs.map(({ key }) => key)).toEqual([...study.runs.keys()]);
    expect(json.cells).toHaveLength(12 * 2 * 2);
    expect(json.statistics.map(({ kind }) => kind).filter((kind) => kind === 'model-series')).toHaveLength(2);
  });

  it('rounds nothing', () => {
    const { json, study } = write({});
    const [row] = json.rows;
    expect(row?.score.mae).toBe(study.runs.get(row!.key)?.result.test.off.mae);
    expect(json.statistics[0]?.effects).toEqual(analyse(study).scopes[0]?.effects);
  });

  it('gives the command that makes it again, quoted where a shell would stumble', () => {
    const { json } = write({ series: ["my data's.csv"], seeds: [42, 43] });
    expect(json.command).toBe(
      "npm run study -- --protocol honest --models rnn,lstm --data 'my data'\\''s.csv:value' --lengths 1,7 --seeds 2 --arms none,dropout,mc-dropout,pruning,persistence",
    );
  });

  it('is written with no draft left beside it', () => {
    write({});
    expect(readdirSync(dir).sort()).toEqual(['study.html', 'study.json']);
  });
});

describe('a study with little in it', () => {
  it.each<[string, SyntheticOptions, RegExp]>([
    ['one seed', { seeds: [42] }, /over 4 blocks \(series × model\), 8 pairs of runs/],
    [
      'one series, one model, one length, one seed',
      { seeds: [42], series: ['a'], models: ['lstm'], lengths: [1] },
      /nothing can be tested/,
    ],
    ['one arm', { arms: ['pruning'] }, /There is one arm with runs, so there is nothing to compare/],
    [
      'persistence alone',
      { arms: ['persistence'] },
      /No model has finished a run.*The series births\s+1\s+12\.00 units\s+0\.6000/s,
    ],
    [
      'nothing finished',
      { missing: () => true },
      /No model has finished a run.*The series births\s+1\s+12\.00 units/s,
    ],
    ['no dropout', { arms: ['none', 'pruning'] }, /This study cannot say/],
    [
      'half of its runs',
      { missing: ({ seed, arm }) => arm === 'dropout' && seed > 42 },
      /runs without a partner in every arm/,
    ],
    [
      'arms that all tie',
      { mae: () => 0.5, noise: 0, arms: ['none', 'pruning', 'dropout'] },
      /All arms have the same errors in every block: there is nothing to test/,
    ],
  ])('gives a report of %s', (_, options, says) => {
    const { html } = write(options);
    expect(textOf(html)).toMatch(says);
    expect(textOf(html)).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe('a comparison of two studies', () => {
  const models = ['lstm'] as const;

  it('restricts itself to what both have', () => {
    const published = write({
      protocol: 'published',
      models,
      series: ['a'],
      lengths: [1, 3],
      noise: 0,
      arms: ['dropout', 'pruning-published'],
      mae: ({ arm }) => (arm === 'dropout' ? 0.5 : 0.4),
    });
    const other = join(dir, 'other.json');
    writeFileSync(other, readFileSync(published.paths.json));
    const { html } = write(
      { models, series: ['a', 'b'], lengths: [3, 7], arms: ['dropout', 'pruning'] },
      other,
    );
    expect(textOf(html)).toContain('lstm on The series a, lengths 3; blocks are seeds');
    // In the published study pruning's last epoch: .4 · 1.05 against .5 · 1.15.
    expect(textOf(html).replaceAll('\u00a0', ' ')).toContain('−27.0 %');
  });

  it('says so when they have nothing in common', () => {
    const first = write({ models, series: ['x'] });
    const other = join(dir, 'other.json');
    writeFileSync(other, readFileSync(first.paths.json));
    expect(textOf(write({ models, series: ['y'] }, other).html)).toContain(
      'no model, series and length in common',
    );
  });

  it.each([
    ['{', /is not JSON/],
    ['[]', /needs format synaprune-study/],
    ['{"format":"synaprune-study","version":2}', /of version 1: .*version 2/],
    ['{"format":"synaprune-study","version":1}', /has not the shape of a study.json: protocol/],
  ])('refuses %s, and writes nothing', (text, message) => {
    const other = join(dir, 'other.json');
    writeFileSync(other, text);
    expect(() => readStudyJson(other)).toThrowError(expect.objectContaining({ code: 'bad-data' }));
    expect(() => write({}, other)).toThrowError(message);
    expect(readdirSync(dir)).toEqual(['other.json']);
  });

  it('refuses a file that is not there', () => {
    expect(() => readStudyJson(join(dir, 'none.json'))).toThrowError(/cannot be read/);
  });
});
