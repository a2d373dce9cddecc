import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
let dir: string;
beforeAll(() => {
  expect(existsSync(MAIN), 'needs npm run build').toBe(true);
  dir = mkdtempSync(join(tmpdir(), 'methods-'));
});
afterAll(() => rmSync(dir, { recursive: true }));

function run(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: dir,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

interface Json {
  readonly rows: readonly Record<string, unknown>[];
  readonly bookRows: readonly Record<string, unknown>[];
}
const read = (name: string) => readFileSync(join(dir, 'out', name), 'utf8');
const json = () => JSON.parse(read('methods.json')) as Json;

describe('a comparison', () => {
  const args = ['--quick', '--methods', 'narrow', '--out', 'out', '--workers', '1'];

  it('holds a row a run, goes on from where it was killed, and then has the same rows', () => {
    expect(run(...args)).toMatchObject({ status: 0 });
    const { rows, bookRows } = json();
    expect(rows.map(({ method, sparsity, seed, masks }) => [method, sparsity, seed, masks])).toEqual([
      ['narrow', 0.95, 42, null],
    ]);
    expect(bookRows.map(({ method, sparsity }) => [method, sparsity])).toEqual([['narrow', 0.9]]);
    expect(read('methods.html')).toContain('one seed a method says nothing');
    const stored = read('runs.jsonl');
    // As a process leaves it that is killed while it writes the last line.
    writeFileSync(join(dir, 'out', 'runs.jsonl'), stored.slice(0, -20));
    expect(run(...args)).toMatchObject({ status: 0, stdout: expect.stringContaining('1/1 runs') });
    const timeless = (given: Json['rows']) => given.map((row) => ({ ...row, seconds: 0 }));
    expect(timeless(json().rows)).toEqual(timeless(rows));
    expect(timeless(json().bookRows)).toEqual(timeless(bookRows));
    // What had finished was not done again.
    expect(json().rows[0]).toEqual(rows[0]);
  });
});

it.each([
  ['a flag that is none', ['--fast'], /unknown option '--fast'/],
  ['no seeds', ['--seeds', '0'], /Needed an integer from 1 to 1000/],
  ['a method that is none', ['--methods', 'rigel'], /got rigel.*did you mean.*rigl/s],
])('refuses %s before anything runs', (_, args, message) => {
  const { status, stderr } = run(...args, '--out', 'refused');
  expect(status).toBe(2);
  expect(stderr).toMatch(message);
  expect(existsSync(join(dir, 'refused'))).toBe(false);
});
