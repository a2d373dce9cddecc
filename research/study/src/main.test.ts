import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@synaprune/examples-kit/random';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StoredRun } from './study.js';
import { type Ended, type Interruption, MAIN, runMain } from './testing/run-main.js';

const folder = mkdtempSync(join(tmpdir(), 'study-'));
const csv = join(folder, 'toy.csv');
const SMALL = [
  '--data',
  `${csv}:value`,
  '--models',
  'rnn',
  '--arms',
  'none,pruning,persistence',
  '--lengths',
  '2',
];

beforeAll(() => {
  expect(existsSync(MAIN), 'needs npm run build').toBe(true);
  const random = createRandom(1, 'a made-up series');
  const rows = Array.from({ length: 200 }, (_, day) => {
    const date = new Date(Date.UTC(2020, 0, 1 + day)).toISOString().slice(0, 10);
    return `${date},${(10 + 3 * Math.sin(day / 5) + random.uniform()).toFixed(4)},${random.uniform().toFixed(4)}`;
  });
  writeFileSync(csv, `date,value,other\n${rows.join('\n')}\n`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const study = (args: readonly string[], end?: Interruption) => runMain(folder, args, end);

const linesIn = (out: string) =>
  readFileSync(join(folder, out, 'runs.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1);
const runsIn = (out: string) => linesIn(out).map((line) => JSON.parse(line) as StoredRun);

/** Runs without the time they took, in an order that does not depend on it. */
const timeless = (out: string) =>
  runsIn(out)
    .map(({ result, ...run }) => ({ ...run, result: { ...result, seconds: 0 } }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));

describe('a whole study', () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await study([...SMALL, '--seeds', '2', '--workers', '1', '--out', 'one']);
  });

  it('ends well, with a table and where the report is', () => {
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
    for (const words of [
      'honest protocol, toy',
      '3 arms',
      'last value',
      'none',
      'pruning',
      'one/study.html',
    ]) {
      expect(ended.out).toContain(words);
    }
    for (const name of ['study.html', 'study.json', 'study-plan.json']) {
      expect(existsSync(join(folder, 'one', name)), name).toBe(true);
    }
    expect(existsSync(join(folder, 'one', 'runs.lock'))).toBe(false);
  });

  it('gives the same runs to the bit on any number of processes', async () => {
    expect((await study([...SMALL, '--seeds', '2', '--workers', '3', '--out', 'three'])).code).toBe(0);
    expect(timeless('three')).toEqual(timeless('one'));
  });

  it('scores seeds from 42 up that no setting was chosen with', () => {
    const seeds = runsIn('one').map(({ spec }) => spec.seed);
    expect([...new Set(seeds)].sort((a, b) => a - b)).toEqual([7, 42, 43]);
    expect(seeds.filter((seed) => seed > 7)).toHaveLength(4);
  });

  it('does nothing twice: more seeds are added to what is there', async () => {
    const before = linesIn('one');
    expect((await study([...SMALL, '--seeds', '2', '--out', 'one'])).code).toBe(0);
    expect(linesIn('one')).toEqual(before);
    expect((await study([...SMALL, '--seeds', '3', '--out', 'one'])).code).toBe(0);
    const after = linesIn('one');
    expect(after.slice(0, before.length)).toEqual(before);
    expect(
      runsIn('one')
        .slice(before.length)
        .map(({ spec }) => spec.seed),
    ).toEqual([44, 44]);
  });

  it('is reported again without its data', async () => {
    const html = join(folder, 'one', 'study.html');
    rmSync(html);
    const { code, out } = await study(['report', 'one']);
    expect(code).toBe(0);
    expect(out).toContain('last value');
    expect(existsSync(html)).toBe(true);
  });

  it('keeps its finished runs when it is ended by Ctrl-C and by SIGKILL in mid-write, and goes on from there', async () => {
    const args = [...SMALL, '--seeds', '2', '--workers', '1', '--out', 'ended'];
    const stopped = await study(args, { at: ' runs; ', with: 'SIGINT' });
    expect(stopped.code).toBe(130);
    expect(stopped.out).toContain('Interrupted');
    const first = linesIn('ended');
    expect(first.length).toBeGreaterThan(0);
    expect(existsSync(join(folder, 'ended', 'runs.lock'))).toBe(false);
    expect(existsSync(join(folder, 'ended', 'study.json'))).toBe(true);

    const killed = await study(args, { at: ' runs; ', with: 'SIGKILL' });
    expect(killed.signal).toBe('SIGKILL');
    // However far it came: its last line is torn, so that there is a run to do again.
    const path = join(folder, 'ended', 'runs.jsonl');
    const text = readFileSync(path, 'utf8').trimEnd();
    writeFileSync(path, `${text.slice(0, text.lastIndexOf('\n') + 1)}{"key":"torn`);
    const kept = linesIn('ended').slice(0, -1);
    expect(kept.length).toBeGreaterThanOrEqual(first.length - 1);
    expect(kept.slice(0, first.length)).toEqual(first.slice(0, kept.length));

    const ended = await study(args);
    expect(ended.code).toBe(0);
    expect(ended.out).toContain('the last line is only half there (12 bytes');
    expect(linesIn('ended').slice(0, kept.length)).toEqual(kept);
    expect(new Set(runsIn('ended').map(({ key }) => key)).size).toBe(linesIn('ended').length);
    // The one that nobody ended may have had a third seed since.
    expect(timeless('ended')).toEqual(timeless('one').filter(({ spec }) => spec.seed < 44));
  });
});

it('does what is possible where a length leaves too few rows, and says what is not', async () => {
  const { code, out } = await study([
    ...SMALL,
    '--arms',
    'none',
    '--seeds',
    '1',
    '--lengths',
    '2,190',
    '--out',
    'partly',
  ]);
  expect(code).toBe(0);
  expect(out).toMatch(/not possible: .*, length 190: .*needs \d+ whole windows/);
  expect(new Set(runsIn('partly').map(({ spec }) => spec.length))).toEqual(new Set([2]));
});

it('scores persistence alone without training', async () => {
  const { code } = await study([...SMALL, '--arms', 'persistence', '--out', 'naive']);
  expect(code).toBe(0);
  expect(linesIn('naive')).toEqual([]);
  const { persistence } = JSON.parse(readFileSync(join(folder, 'naive', 'study.json'), 'utf8'));
  expect(persistence).toHaveLength(1);
  expect(persistence[0].score.mae).toBeGreaterThan(0);
});

describe('a folder that was damaged is told of in one line', () => {
  const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  beforeAll(async () => {
    await study([...SMALL, '--arms', 'persistence', '--out', 'whole']);
  });
  it.each([
    ['a plan of lists in lists', 'study-plan.json', nested, 'state-corrupt'],
    ['a plan that is null', 'study-plan.json', 'null', 'state-corrupt'],
    ['failures that are null', 'failed-runs.json', 'null', 'state-corrupt'],
    ['a store of lists in lists', 'runs.jsonl', `${nested}\n`, 'state-corrupt'],
    [
      'a store without runs',
      'runs.jsonl',
      '{"format":"synaprune-study-runs","version":2}\nnull\n',
      'state-corrupt',
    ],
    ['a store with control characters', 'runs.jsonl', '\u001b[2J\n', 'state-corrupt'],
  ])('%s', async (_, name, text, told) => {
    const out = join(folder, 'damaged');
    rmSync(out, { recursive: true, force: true });
    cpSync(join(folder, 'whole'), out, { recursive: true });
    writeFileSync(join(out, name), text);
    const { code, err } = await study(['report', out]);
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^${told}: [^\\n]*\\n$`));
    expect(err).not.toContain('\u001b');
  });
});

it.runIf(process.platform === 'linux')(
  'tells before it looks at data that --out cannot be written to',
  async () => {
    const { code, out, err } = await study([...SMALL, '--out', '/proc/self/study']);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/^bad-data: --out needs a folder to write to; [^\n]*\n$/);
  },
);

it('shows names out of a file without what drives a terminal, and so does the report', async () => {
  const odd = join(folder, 'odd\u001b[2J.csv');
  writeFileSync(
    odd,
    readFileSync(csv, 'utf8').replace('date,value,other', 'date,val\u001b[8mue,<q>\u202eother'),
  );
  const args = [
    '--data',
    `${odd}:val\u001b[8mue`,
    '--models',
    'rnn',
    '--arms',
    'persistence',
    '--lengths',
    '2',
    '--seeds',
    '1',
  ];
  const { code, out, err } = await study([...args, '--out', 'odd']);
  expect([code, err]).toEqual([0, '']);
  const html = readFileSync(join(folder, 'odd', 'study.html'), 'utf8');
  for (const text of [out, html]) {
    expect(text).toContain('odd\\u001b[2J.csv');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
  }
  expect(html).not.toContain('<q>');
});

describe('the command line', () => {
  it('explains itself', async () => {
    const { code, out } = await study(['--help']);
    expect(code).toBe(0);
    for (const word of [
      '--protocol',
      '--models',
      '--data',
      '--seeds',
      '--arms',
      '--queue',
      'report',
      'worker',
      'Examples',
    ]) {
      expect(out).toContain(word);
    }
  });

  it.each([
    ['a flag that is none', ['--modles', 'rnn'], /unknown option '--modles'.*--models/s],
    ['a model that is none', ['--models', 'rnn,gpt'], /among rnn, lstm, gru, patch, patchtst; got gpt/],
    ['an arm that is none', ['--arms', 'droput'], /among none, dropout, .*; got droput/],
    ['a protocol that is none', ['--protocol', 'fair'], /Allowed choices are honest, published/],
    ['a length of 0', ['--lengths', '0'], /an integer from 1/],
    ['a queue that is no Redis', ['--queue', 'localhost:1'], /redis:\/\/HOST:PORT/],
    [
      'a series that is none',
      ['--data', 'weathr'],
      /built-in series \(births, .*\) or paths of CSV files; weathr is neither/,
    ],
    ['a column that is none', ['--data', csv, '--models', 'rnn'], /bad-data: /],
    ['a length that leaves too few rows', [...SMALL, '--lengths', '190'], /bad-data: /],
    ['a folder without a study', ['report', 'nowhere'], /holds no study/],
    ['an arm that is misspelt', ['--arms', 'prunning'], /got prunning; did you mean "pruning"\?/],
    [
      'a data folder that is none',
      ['worker', '--queue', 'redis://x:1', '--data-folder', 'none'],
      /Needed a folder; .*none is none/,
    ],
    ['a pipe for a table', ['--data', '/dev/zero:v'], /\/dev\/zero: it is no plain file/],
    [
      'a Redis that is absent',
      [...SMALL, '--queue', 'redis://127.0.0.1:1'],
      /no Redis to use at redis:\/\/127/,
    ],
  ])('refuses %s before anything runs', async (_, args, message) => {
    const out = args[0] === 'report' || args[0] === 'worker' ? [] : ['--out', 'refused'];
    const { code, err } = await study([...args, ...out]);
    // What the command line itself shows to be wrong, and what files and machines do.
    expect(code).toBe(err.includes('--help lists the options') ? 2 : 1);
    expect(err).toMatch(message);
    expect(existsSync(join(folder, 'refused', 'runs.jsonl')) && linesIn('refused').length > 0).toBe(false);
  });
});
