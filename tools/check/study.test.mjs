// @ts-check
/* A tiny study by the command of the root, the same study again, and a report of it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { runNode } from './command.mjs';
import { judgeReport } from './report-page.mjs';
import { toyCsv } from './toy-csv.mjs';
import { root } from './workspace.mjs';

const flags = ['--data', 'toy.csv:value', '--models', 'rnn', '--lengths', '2', '--out', 'out'];
const design = ['--arms', 'none,dropout,pruning', '--seeds', '2', '--workers', '2'];
/** A candidate of every arm's three is tuned with one seed, and the chosen one is scored with two. */
const runs = 3 * (3 + 2);

const folder = mkdtempSync(join(tmpdir(), 'synaprune-study-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('a tiny study holds every run and an answer, and its page loads nothing', async () => {
  writeFileSync(join(folder, 'toy.csv'), toyCsv(200));
  await study(...flags, ...design);
  expect(judgeStudy(read('study.json'))).toEqual([]);
  expect(judgeReport(read('study.html'), 'study.html')).toEqual([]);
});

test('the same study again runs nothing', async () => {
  const before = read('runs.jsonl');
  await study(...flags, ...design);
  expect(before).toBeDefined();
  expect(read('runs.jsonl')).toBe(before);
});

test('a report is written anew', async () => {
  rmSync(join(folder, 'out', 'study.html'), { force: true });
  await study('report', 'out');
  expect(judgeReport(read('study.html'), 'study.html')).toEqual([]);
});

/** @param {string[]} args */
async function study(...args) {
  const { status, output } = await runNode([join(root, 'tools', 'program.mjs'), 'study', ...args], {
    cwd: folder,
    env: { INIT_CWD: folder },
  });
  expect(status, output).toBe(0);
}

/** @param {string} name */
function read(name) {
  const path = join(folder, 'out', name);
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string | undefined} text @returns {string[]} */
function judgeStudy(text) {
  if (text === undefined) return ['needed study.json, got no such file'];
  const study = JSON.parse(text);
  const complaints = [];
  if (study.runs?.length !== runs) complaints.push(`needed ${runs} runs, got ${study.runs?.length}`);
  if (study.rows?.length !== 6) complaints.push(`needed 6 scored rows, got ${study.rows?.length}`);
  if (study.missing !== 0) complaints.push(`needed no missing run, got ${study.missing}`);
  if (typeof study.answer?.sentence !== 'string') complaints.push('needed a sentence of answer, got none');
  const finite = study.rows?.every((/** @type {any} */ row) => Number.isFinite(row.score?.mae));
  if (!finite) complaints.push('needed a finite MAE in every row');
  return complaints;
}
