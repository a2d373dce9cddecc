import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
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

it.runIf(process.platform === 'linux')('tells of a folder that cannot be written to', () => {
  // Also to root, whom no permission stops.
  expect(() => requireWritable('/proc/self/out')).toThrow(
    expect.objectContaining({ code: 'bad-data', message: expect.stringMatching(/cannot be written to: E/) }),
  );
});

it('takes an empty path for no folder, and not for the one it runs in', () => {
  expect(() => requireWritable('')).toThrow(
    expect.objectContaining({ code: 'bad-data', message: '--out needs a folder, got an empty path' }),
  );
});

it('tells of a name that something else has taken', () => {
  const out = join(folder, 'taken');
  mkdirSync(join(out, 'report.html'), { recursive: true });
  writeFileSync(join(out, 'models'), '');
  expect(() => requireWritable(out, { files: ['report.html'] })).toThrow(/report\.html is no file/);
  expect(() => requireWritable(out, { files: [], folders: ['models'] })).toThrow(/models is a file/);
  requireWritable(out, { files: ['results.json'] });
  expect(readdirSync(out).sort()).toEqual(['models', 'report.html']);
});

it('puts a file in the place of a link, and leaves what the link led to alone', () => {
  const [mine, link] = [join(folder, 'mine'), join(folder, 'link.txt')];
  writeFileSync(mine, 'mine');
  symlinkSync(mine, link);
  writeFileWhole(link, 'new');
  expect([readFileSync(mine, 'utf8'), readFileSync(link, 'utf8')]).toEqual(['mine', 'new']);
});

it('refuses a file where a folder has to be', () => {
  const file = join(folder, 'file.txt');
  writeFileSync(file, 'mine');
  expect(() => requireWritable(file)).toThrow(`--out needs a folder; ${file} is a file`);
  expect(() => requireWritable(join(file, 'sub'))).toThrow(expect.objectContaining({ code: 'bad-data' }));
});
