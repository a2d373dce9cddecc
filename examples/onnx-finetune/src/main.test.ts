import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Results } from './results.js';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'onnx-finetune-'));
const SMALL = '--sparsities 0.9 --steps 2 --batch 2 --lines 4 --test-lines 40 --threads 1'.split(' ');

afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the program to its end. */
function finetune(args: readonly string[]) {
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
    const child = spawn(process.execPath, [MAIN, ...args], { env: { ...process.env, NO_COLOR: '1' } });
    let [out, err] = ['', ''];
    child.stdout.on('data', (data) => {
      out += data;
    });
    child.stderr.on('data', (data) => {
      err += data;
    });
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

describe('a whole run, much too short to learn', () => {
  const out = join(folder, 'run');
  let ended: Awaited<ReturnType<typeof finetune>>;
  let results: Results;
  beforeAll(async () => {
    expect(existsSync(MAIN), 'needs npm run build').toBe(true);
    ended = await finetune([...SMALL, '--out', out]);
    results = JSON.parse(readFileSync(join(out, 'results.json'), 'utf8'));
  });
  const find = (arm: string, target: number) =>
    results.versions.find((version) => version.arm === arm && version.target === target)!;

  it('ends well, with a table and what it says', () => {
    expect(ended.err).toBe('');
    expect(ended.code).toBe(0);
    for (const word of ['dense', 'one-shot', 'trained', 'gzip -9', 'Apache-2.0']) {
      expect(ended.out).toContain(word);
    }
  });

  it('tells which way up: the dense model is nearly right in fonts never tuned for', () => {
    const { scores, sparsity } = find('dense', 0);
    expect(scores.error).toBeLessThan(0.15);
    expect(scores.sameLines).toBe(1);
    expect(sparsity).toBeLessThan(0.01);
  });

  it('breaks the model at nine tenths in one shot: it does no better than chance', () => {
    expect(find('one-shot', 0.9).scores.sameLines).toBeLessThan(results.inputs.chance + 0.1);
  });

  it('reaches in the file the sparsity that was asked for, in both arms', () => {
    // Nine tenths of 103,464 are 93,117.6, and a budget is rounded down.
    expect(results.model.prunable).toBe(103_464);
    expect(Math.round(find('one-shot', 0.9).sparsity * 103_464)).toBe(93_117);
    // Training may bring a few more to zero on its own.
    const zeros = Math.round(find('trained', 0.9).sparsity * 103_464);
    expect(zeros).toBeGreaterThanOrEqual(93_117);
    expect(zeros).toBeLessThan(93_217);
  });

  it('writes every version as an .onnx of the length it came with, and smaller when compressed', () => {
    expect(readdirSync(join(out, 'models')).sort()).toEqual([
      'dense.onnx',
      'one-shot-90.onnx',
      'trained-90.onnx',
    ]);
    const [dense, sparse] = [find('dense', 0).sizes, find('trained', 0.9).sizes];
    expect(readFileSync(join(out, 'models', 'trained-90.onnx')).length).toBe(dense.bytes);
    expect(sparse.gzipBytes).toBeLessThan(0.4 * dense.gzipBytes);
    expect(sparse.brotliBytes).toBeLessThan(0.4 * dense.brotliBytes);
  });

  it('writes a report that loads nothing and leaves no drafts', () => {
    const report = readFileSync(join(out, 'report.html'), 'utf8');
    expect(report).not.toMatch(/(href|srcset)\s*=|src="(?!data:image\/png)|@import|<script|<link|<iframe/i);
    expect(report.replaceAll(/xmlns(:\w+)?="[^"]*"/g, '')).not.toMatch(/https?:/);
    expect(report).not.toMatch(/\bNaN\b|undefined|\[object/);
    for (const heading of ['Result', 'What each of them answers', 'How it was measured', 'Model and lines']) {
      expect(report).toContain(`<h2>${heading}`);
    }
    // Three charts, each drawn wide and narrow.
    expect(report.match(/role="img" aria-label="[^"]{20,}/g)).toHaveLength(6);
    expect(readdirSync(out).sort()).toEqual(['models', 'report.html', 'results.json']);
  });
});

it.runIf(process.platform === 'linux')('tells before it trains that --out cannot be written to', async () => {
  const { code, out, err } = await finetune([...SMALL, '--out', '/proc/self/out']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^bad-data: --out needs a folder to write to; [^\n]*\n$/);
});

it('tells before it trains that something else has a name that it needs', async () => {
  const taken = join(folder, 'taken');
  mkdirSync(join(taken, 'report.html'), { recursive: true });
  const { code, out, err } = await finetune([...SMALL, '--out', taken]);
  expect([code, out]).toEqual([1, '']);
  expect(err).toMatch(/^bad-data: .*report\.html is no file\n$/);
});

describe('the command line', () => {
  it.each([
    ['a flag that is none', ['--quik'], /unknown option '--quik'/],
    ['falling sparsities', ['--sparsities', '0.7,0.5'], /Needed rising numbers/],
    ['a sparsity that is missing', ['--sparsities', ',0.5'], /Needed rising numbers/],
    ['a sparsity of 1', ['--sparsities', '1'], /Needed rising numbers/],
    ['a model that it does not have', ['--model', 'det'], /Allowed choices are cls, rec/],
    ['a floor that leaves too little to drop', ['--floor', '0.2'], /--floor needs at most 0\.1 .* got 0\.2/],
    ['a width between columns', ['--width', '100'], /multiple of 8, got 100/],
  ])('refuses %s', async (_, args, message) => {
    const { code, err } = await finetune(args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });
});
