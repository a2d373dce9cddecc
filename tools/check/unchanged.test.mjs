// @ts-check
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keep, keyOf, recall } from './unchanged.mjs';

const tree = mkdtempSync(join(tmpdir(), 'synaprune-tree-'));
const write = (/** @type {string} */ name, /** @type {string} */ text) =>
  writeFileSync(join(tree, name), text);
const passed = { name: 'a › b', outcome: /** @type {const} */ ('passed') };
const skipped = { name: 'a › c', outcome: /** @type {const} */ ('skipped'), note: 'no GPU' };
const failed = { name: 'a › d', outcome: /** @type {const} */ ('failed') };
const ended = new Date('2026-01-02T03:04:05Z');

beforeAll(() => {
  execFileSync('git', ['init', '--quiet'], { cwd: tree });
  write('.gitignore', '.results/\nbuilt\n');
  write('source', 'one');
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

test('a key changes with a file, whether it is committed or not, and with a device, and comes back with them', async () => {
  const before = await keyOf(tree, ['GPU: here']);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  expect(await keyOf(tree, ['GPU: none'])).not.toBe(before);
  write('source', 'two');
  expect(await keyOf(tree, ['GPU: here'])).not.toBe(before);
  write('source', 'one');
  write('new', '');
  expect(await keyOf(tree, ['GPU: here'])).not.toBe(before);
  rmSync(join(tree, 'new'));
  write('built', 'what git ignores');
  expect(await keyOf(tree, ['GPU: here'])).toBe(before);
});

test('the user’s own index stays as it was', async () => {
  await keyOf(tree, []);
  expect(execFileSync('git', ['status', '--porcelain'], { cwd: tree, encoding: 'utf8' })).toBe(
    '?? .gitignore\n?? source\n',
  );
});

test('a folder that is no repository has no key', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'synaprune-none-'));
  expect(await keyOf(folder, [])).toBe(undefined);
  rmSync(folder, { recursive: true });
});

test('a run that passed is recalled under its key alone, with what it skipped', () => {
  keep(tree, 'k', [passed, skipped], ended);
  expect(recall(tree, 'k')).toEqual({
    key: 'k',
    ended: '2026-01-02T03:04:05.000Z',
    results: [passed, skipped],
  });
  expect(recall(tree, 'another')).toBe(undefined);
});

test('a run with a failure is not kept, and what cannot be read counts as none', () => {
  keep(tree, 'k', [passed], ended);
  keep(tree, 'failing', [passed, failed], ended);
  expect(recall(tree, 'failing')).toBe(undefined);
  const path = join(tree, '.results', 'last-passed.json');
  writeFileSync(path, readFileSync(path, 'utf8').slice(0, 20));
  expect(recall(tree, 'k')).toBe(undefined);
});
