import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPlainFile } from './read-plain-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plain-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const reasonOf = (path: string, limits = { most: 100 } as Parameters<typeof readPlainFile>[1]) => {
  const file = readPlainFile(path, limits);
  return file.kind === 'refused' ? file.reason : file.bytes.toString();
};

it('reads a file up to the limit, and refuses one byte more', () => {
  const path = join(folder, 'a');
  writeFileSync(path, 'x'.repeat(100));
  expect(reasonOf(path)).toBe('x'.repeat(100));
  writeFileSync(path, 'x'.repeat(101));
  expect(reasonOf(path)).toBe('it is larger than the 100 bytes that are read');
});

it('says what is wrong with a path', () => {
  expect(reasonOf(join(folder, 'none'))).toBe('there is no such file');
  expect(reasonOf(folder)).toBe('it is a folder');
  expect(reasonOf('a\0b')).toMatch(/ERR_INVALID_ARG_VALUE/);
});

it.runIf(process.platform === 'linux')('waits for no pipe and empties no device', () => {
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  expect(reasonOf(pipe)).toBe('it is no plain file');
  expect(reasonOf('/dev/zero')).toBe('it is no plain file');
  // A file that says it has no bytes, and has some.
  expect(reasonOf('/proc/self/status', { most: 10 })).toMatch(/larger than the 10 bytes/);
});

describe('inside a folder', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'data'));
    writeFileSync(join(folder, 'data', 'a.csv'), 'mine');
    writeFileSync(join(folder, 'secret.csv'), 'secret');
  });
  const inside = () => ({ most: 100, inside: join(folder, 'data') });

  it('reads what lies there', () => {
    expect(reasonOf(join(folder, 'data', 'a.csv'), inside())).toBe('mine');
  });

  it('follows no link, and no way out', () => {
    symlinkSync(join(folder, 'secret.csv'), join(folder, 'data', 'link.csv'));
    expect(reasonOf(join(folder, 'data', 'link.csv'), inside())).toBe('it is a link');
    const out = `${join(folder, 'data')}/../secret.csv`;
    expect(existsSync(out)).toBe(true);
    expect(reasonOf(out, inside())).toBe('it lies outside of that folder');
    symlinkSync(folder, join(folder, 'data', 'up'));
    expect(reasonOf(join(folder, 'data', 'up', 'secret.csv'), inside())).toBe(
      'it lies outside of that folder',
    );
  });

  it('looks at what was opened: a folder that was changed for a link leads nowhere', () => {
    const limits = inside();
    mkdirSync(join(folder, 'data', 'sub'));
    writeFileSync(join(folder, 'data', 'sub', 'secret.csv'), 'mine');
    renameSync(join(folder, 'data', 'sub'), join(folder, 'data', 'old'));
    symlinkSync(folder, join(folder, 'data', 'sub'));
    expect(reasonOf(join(folder, 'data', 'sub', 'secret.csv'), limits)).toBe(
      'it lies outside of that folder',
    );
  });
});
