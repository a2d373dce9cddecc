import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRefusal, openPlainFile, type PathOf, pathOfHandle } from './opened-file.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-opened-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

const linux = process.platform === 'linux';

it('says what is not there, and what is no plain file', async () => {
  expect(await openPlainFile(join(folder, 'none'))).toMatchObject({ why: 'is not there' });
  expect(await openPlainFile(folder)).toEqual({ why: 'is no plain file' });
});

it.skipIf(process.platform === 'win32')('refuses a pipe without waiting for it', async () => {
  const pipe = join(folder, 'pipe');
  execFileSync('mkfifo', [pipe]);
  expect(await openPlainFile(pipe)).toEqual({ why: 'is no plain file' });
});

it.skipIf(!linux)(
  'a file that is replaced while it is opened is told to be, and not to be behind a link',
  async () => {
    const path = join(folder, 'w.bin');
    writeFileSync(path, 'abc');
    const pathOf: PathOf = async (handle) => {
      writeFileSync(join(folder, 'draft'), 'def');
      renameSync(join(folder, 'draft'), path);
      return await pathOfHandle(handle);
    };
    expect(await openPlainFile(path, { pathOf })).toEqual({ why: 'was replaced while it was opened' });
  },
);

describe('where the system does not say what was opened', () => {
  const rules = { pathOf: () => Promise.resolve(undefined) };

  it('links are refused, or followed inside the folder that is named', async () => {
    mkdirSync(join(folder, 'real'));
    writeFileSync(join(folder, 'real/w.bin'), 'abc');
    symlinkSync('real', join(folder, 'linked'));
    symlinkSync('real/w.bin', join(folder, 'w.bin'));
    for (const parts of ['linked/w.bin', 'w.bin']) {
      expect(await openPlainFile(join(folder, parts), rules)).toMatchObject({
        why: expect.stringMatching(/symbolic link/),
        behindLink: true,
      });
      const opened = await openPlainFile(join(folder, parts), { ...rules, linksInside: folder });
      if (isRefusal(opened)) throw new Error(opened.why);
      expect(opened.size).toBe(3);
      await opened.handle.close();
      expect(
        await openPlainFile(join(folder, parts), { ...rules, linksInside: join(folder, 'other') }),
      ).toMatchObject({ why: expect.stringMatching(/out of ".*other"$/), behindLink: true });
    }
  });
});
