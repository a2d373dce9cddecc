// @ts-check
/* The forecasting demo, small, on each of its runtimes, and what it leaves. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { whole } from '../devices/whole.mjs';
import { runNode } from './command.mjs';
import { judgeReport } from './report-page.mjs';
import { root } from './workspace.mjs';

const program = join(root, 'examples', 'forecast', 'dist', 'main.js');
const arms = ['synaptic-pruning', 'none', 'dropout', 'mc-dropout', 'narrow'];
const figures = ['mae', 'rmse', 'persistenceMae', 'naiveRatio', 'sparsity', 'numbers', 'seconds'];

// tfjs trains several times slower; the example's own tests train on it on a short series.
describe.each(['--quick', ...(whole ? ['--quick --runtime tfjs'] : [])])('demo %s', (flags) => {
  const out = mkdtempSync(join(tmpdir(), 'synaprune-demo-'));
  afterAll(() => rmSync(out, { recursive: true }));

  test('ends with 0', async () => {
    const { status, output } = await runNode([program, ...flags.split(' '), '--out', out], { cwd: out });
    expect(status, output).toBe(0);
  });

  test('leaves a results.json that holds the arms, what they have to beat, and what pruning is worth', () => {
    const results = read(join(out, 'results.json'));
    expect(judgeResults(results)).toEqual([]);
    expect(judgeBars(results)).toEqual([]);
    expect(judgeWorth(results)).toEqual([]);
  });

  test('leaves a report.html that loads nothing', () => {
    expect(judgeReport(read(join(out, 'report.html')))).toEqual([]);
  });
});

/** @param {string} path */
function read(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
}

/** @param {string | undefined} text @returns {string[]} */
function judgeResults(text) {
  if (text === undefined) return ['needed results.json, got no such file'];
  const { arms: got } = JSON.parse(text);
  const list = Array.isArray(got)
    ? got
    : Object.entries(got ?? {}).map(([name, arm]) => ({ name, .../** @type {object} */ (arm) }));
  return arms.flatMap((name) => {
    const arm = list.find((/** @type {any} */ entry) => (entry.name ?? entry.arm) === name);
    if (arm === undefined)
      return [
        `needed the arm ${name}, got ${list.map((entry) => entry.name ?? entry.arm).join(', ') || 'none'}`,
      ];
    return figures
      .filter((figure) => !Number.isFinite(arm[figure]))
      .map((figure) => `arm ${name} needs a finite ${figure}, got ${JSON.stringify(arm[figure])}`);
  });
}

/**
 * What a forecast has to beat, and errors along the sparsities, from a model that was not pruned on.
 *
 * @param {string | undefined} text @returns {string[]}
 */
function judgeBars(text) {
  const { naive, linear, curve = [] } = JSON.parse(text ?? '{}');
  const complaints = [];
  if (!(naive?.mae > 0)) complaints.push(`needed the error of the naive forecast, got ${naive?.mae}`);
  if (!(linear?.mae > 0)) complaints.push(`needed the error of the linear model, got ${linear?.mae}`);
  const sparsities = curve.map((/** @type {any} */ { sparsity }) => sparsity);
  const rising = sparsities.every((/** @type {number} */ value, /** @type {number} */ i) =>
    i === 0 ? value === 0 : value > sparsities[i - 1],
  );
  if (sparsities.length < 3 || !rising) {
    complaints.push(`needed a curve of rising sparsities from 0 on, got ${sparsities.join(', ') || 'none'}`);
  }
  return complaints;
}

/**
 * Bytes in every form, and milliseconds.
 *
 * @param {string | undefined} text @returns {string[]}
 */
function judgeWorth(text) {
  const { arms: list = [], speed } = JSON.parse(text ?? '{}');
  const pruned = list.find((/** @type {any} */ { name }) => name === 'synaptic-pruning') ?? {};
  const complaints = [];
  for (const form of ['denseBytes', 'gzipBytes', 'brotliBytes', 'packedBytes']) {
    if (!(pruned.sizes?.[form] > 0)) complaints.push(`needed ${form}, got ${pruned.sizes?.[form]}`);
  }
  if (pruned.sizes?.packedBytes > pruned.sizes?.brotliBytes) complaints.push('packed is larger than brotli');
  const forms = (pruned.lossy ?? []).map((/** @type {any} */ { values }) => values).join(', ');
  if (forms !== 'float16, int8, clustered') complaints.push(`needed three forms in fewer bits, got ${forms}`);
  for (const { batch, milliseconds } of speed?.speeds ?? [{}]) {
    if (!(milliseconds?.dense > 0 && milliseconds.accelerated > 0)) {
      complaints.push(`needed milliseconds, dense and accelerated, for a batch of ${batch}`);
    }
  }
  return complaints;
}

test('finds a form or a time that the demo left out', () => {
  const sizes = { denseBytes: 9, gzipBytes: 5, brotliBytes: 4, packedBytes: 3 };
  const lossy = [{ values: 'float16' }, { values: 'int8' }, { values: 'clustered' }];
  const results = (/** @type {object} */ arm, /** @type {unknown} */ speed) =>
    JSON.stringify({ arms: [{ name: 'synaptic-pruning', sizes, lossy, ...arm }], speed });
  const speed = { speeds: [{ batch: 1, milliseconds: { dense: 2, accelerated: 1 } }] };
  expect(judgeWorth(results({}, speed))).toEqual([]);
  expect(judgeWorth(results({}, null))).toHaveLength(1);
  expect(judgeWorth(results({ lossy: [] }, speed))).toHaveLength(1);
  expect(judgeWorth(results({ sizes: { ...sizes, packedBytes: 5 } }, speed))).toHaveLength(1);
});

test('finds a bar or a curve that the demo left out', () => {
  const curve = [0, 0.5, 0.7].map((sparsity) => ({ sparsity }));
  const fine = { naive: { mae: 1 }, linear: { mae: 1 }, curve };
  expect(judgeBars(JSON.stringify(fine))).toEqual([]);
  expect(judgeBars(JSON.stringify({ ...fine, linear: null }))).toHaveLength(1);
  expect(judgeBars(JSON.stringify({ ...fine, curve: curve.slice(1) }))).toHaveLength(1);
  expect(judgeBars(undefined)).toHaveLength(3);
});

test('finds an arm or a figure that the demo left out', () => {
  const arm = { mae: 1, rmse: 1, persistenceMae: 1, naiveRatio: 1, sparsity: 0, numbers: 1, seconds: 1 };
  const arms = { none: arm, dropout: arm, 'mc-dropout': arm, 'synaptic-pruning': arm, narrow: arm };
  expect(judgeResults(JSON.stringify({ arms }))).toEqual([]);
  expect(judgeResults(JSON.stringify({ arms: { ...arms, dropout: { ...arm, mae: null } } }))).toEqual([
    'arm dropout needs a finite mae, got null',
  ]);
  expect(judgeResults(JSON.stringify({ arms: [{ name: 'none', ...arm }] }))).toHaveLength(4);
  expect(judgeResults(undefined)).toEqual(['needed results.json, got no such file']);
});

test('finds what a report would load, and lets links and embedded data be', () => {
  const fine =
    '<html><a href="https://a.test">a</a><img src="data:image/png;base64,A"><use href="#b"/></html>';
  expect(judgeReport(fine)).toEqual([]);
  const loads = [
    '<script src="https://a.test/a.js">',
    "<link rel='stylesheet' href='a.css'>",
    '<img alt="" src=//a.test/a.png>',
    '<style>@import "a.css";</style>',
    '<p style="background: url(https://a.test/b.png)">',
    "<script>fetch('https://a.test')</script>",
  ];
  for (const load of loads) expect(judgeReport(`<html>${load}</html>`)).toHaveLength(1);
});
