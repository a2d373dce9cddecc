import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { requireWritable, writeFileWhole } from './write-file.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'write-file-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('writes a file whole, in a folder made for it, and leaves no draft', () => {
  writeFileWhole(join(folder, 'a', 'b.txt'), 'first');
  writeFileWhole(join(folder, 'a', 'b.txt'), 'second');
  expect(readFileSync(join(folder, 'a', 'b.txt'), 'utf8')).toBe('second');
  expect(readdirSync(join(folder, 'a'))).toEqual(['b.txt']);
});

it('lets a folder pass that is there or can be made, without making it', () => {
  requireWritable(folder);
  requireWritable(join(folder, 'new', 'deep'));
  expect(readdirSync(folder)).not.toContain('new');
});

it('refuses a file where a folder has to be', () => {
  const file = join(folder, 'file.txt');
  writeFileSync(file, 'mine');
  expect(() => requireWritable(file)).toThrow(`--out needs a folder; ${file} is a file`);
  expect(() => requireWritable(join(file, 'sub'))).toThrow(expect.objectContaining({ code: 'bad-data' }));
});
