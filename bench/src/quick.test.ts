import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { GOALS } from './goals.js';
import { GROUPS } from './groups/index.js';
import type { Report } from './report.js';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'synaprune-bench-test-'));
/** What loads other runtimes, trains or writes files to measure takes nine tenths of the time: only with `--whole`. */
const LONG = new Set([
  'accelerate',
  'onnx',
  'adapters',
  'files',
  'shrink',
  'one-shot',
  'sparse',
  'pack',
  'tflite',
  'webgpu',
]);
const groups = Object.keys(GROUPS).filter((name) => inject('whole') || !LONG.has(name));
let printed = '';
let report: Report;

beforeAll(() => {
  const out = join(folder, 'results.json');
  // No Python: that peers may be missing is the very thing to see. The figures are nobody's, so few weights will do.
  const few = ['--sizes', '1e4,2e4', '--samples', '2'];
  const only = ['--only', groups.join(',')];
  const options = ['--quick', ...only, ...few, '--out', out, '--python', join(folder, 'no-python')];
  // Nor does V8 need to optimise a huge runtime that makes a few steps.
  const node = ['--expose-gc', '--wasm-tiering-budget=100000000'];
  printed = execFileSync(process.execPath, [...node, main, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  report = JSON.parse(readFileSync(out, 'utf8')) as Report;
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('bench --quick', () => {
  it('measures every group that it is asked for, and prints what it writes', () => {
    expect(new Set(report.rows.map(({ group }) => group))).toEqual(new Set(groups));
    for (const { work } of report.rows) expect(printed).toContain(work);
    for (const name of groups) expect(printed).toContain(GROUPS[name]!.title);
  });

  it('has a figure in every row, or the reason why not', () => {
    for (const row of report.rows) {
      if (row.verdict?.startsWith('not measured')) continue;
      // How large is the machine's affair: a share of a step may round to nothing.
      expect(Number.isFinite(row.share ?? row.ratio)).toBe(true);
    }
  });

  it('prunes exactly, whatever the weights look like', () => {
    const checked = report.rows.filter(({ note }) => note?.includes('full sort'));
    expect(checked).toHaveLength(16);
    for (const { note } of checked) expect(note).toBe('equals a full sort, bit for bit');
  });

  it.runIf(groups.includes('webgpu'))(
    'prunes on a GPU exactly what the host prunes, or says why there is none',
    () => {
      const rows = report.rows.filter(({ group }) => group === 'webgpu');
      const checked = rows.filter(({ note }) => note?.includes('the host'));
      if (report.machine.gpu === undefined) {
        expect(rows.map(({ verdict }) => verdict)).toEqual([expect.stringMatching('not measured: ')]);
      } else {
        expect(checked.length).toBeGreaterThanOrEqual(4);
        for (const { note } of checked) expect(note).toContain('equals the host, bit for bit');
        expect(printed).toContain(report.machine.gpu);
      }
    },
  );

  it('lists every goal, and gives the reason where there is no Python', () => {
    expect(report.goals).toHaveLength(GOALS.length);
    const numpy = report.rows.find(({ work }) => work === 'numpy.partition');
    expect(numpy?.verdict).toBe('not measured: there is no python3');
  });

  it('records machine, versions, date and sample counts', () => {
    expect(report.machine.cores).toBeGreaterThan(0);
    expect(report.versions).toMatchObject({ node: process.versions.node, '@tensorflow/tfjs': '4.22.0' });
    expect(Number.isNaN(Date.parse(report.date))).toBe(false);
    expect(report.rows.find(({ group }) => group === 'select')?.samples).toBe(2);
  });
});
