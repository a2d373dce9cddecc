import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchFiles } from './watched-files.js';

let folder: string;
let path: string;
let handle: FileHandle;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'synaprune-watched-'));
  path = join(folder, 'weights.bin');
  writeFileSync(path, 'first');
  handle = await open(path);
});
afterEach(async () => {
  await handle.close();
  rmSync(folder, { recursive: true });
});

it('a file at rest is unchanged, also when its name is given to another', async () => {
  const watched = await watchFiles([{ path, handle }]);
  await expect(watched.requireUnchanged()).resolves.toBeUndefined();
  writeFileSync(join(folder, 'draft'), 'second');
  renameSync(join(folder, 'draft'), path);
  await expect(watched.requireUnchanged()).resolves.toBeUndefined();
});

it.each(['other', 'longer than before'])('one that is written to is an error: %s', async (text) => {
  const watched = await watchFiles([{ path, handle }]);
  const cause = new Error('what was read made no sense');
  // The clock of a file system may stand still for some milliseconds.
  do writeFileSync(path, text);
  while (
    await watched.requireUnchanged().then(
      () => true,
      () => false,
    )
  );
  await expect(watched.requireUnchanged(cause)).rejects.toMatchObject({
    code: 'file-failed',
    message: `${JSON.stringify(path)} was written to while it was read; try again when it is at rest`,
    cause,
  });
});
