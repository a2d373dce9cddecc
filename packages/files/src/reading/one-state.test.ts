import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { JOURNAL } from '../publish/names.js';
import { system } from '../publish/system.js';
import { type NamedHandle, requireOneState } from './one-state.js';

let folder: string;
let handles: FileHandle[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synaprune-state-'));
  handles = [];
  for (const name of NAMES) writeFileSync(join(folder, name), 'first');
});
afterEach(async () => {
  for (const handle of handles) await handle.close();
  rmSync(folder, { recursive: true });
});

const NAMES = ['model.onnx', 'model.onnx.data'] as const;
const REPLACED = { code: 'file-failed', message: expect.stringMatching(/was replaced while it was read$/) };

async function opened(name: string): Promise<NamedHandle> {
  const path = join(folder, name);
  const handle = await open(path);
  handles.push(handle);
  return { path, handle };
}

/** As a run does that publishes. */
function replace(name: string, text: string): void {
  writeFileSync(join(folder, 'draft'), text);
  renameSync(join(folder, 'draft'), join(folder, name));
}

const journal = () => join(folder, JOURNAL);

it('files at rest are of one state', async () => {
  const files = [await opened(NAMES[0]), await opened(NAMES[1])];
  await expect(requireOneState(folder, files)).resolves.toBeUndefined();
});

it.each(NAMES)('%s that was replaced is an error', async (name) => {
  const files = [await opened(NAMES[0]), await opened(NAMES[1])];
  replace(name, 'second');
  await expect(requireOneState(folder, files)).rejects.toMatchObject(REPLACED);
});

it('so is one that is gone, or a folder now', async () => {
  const files = [await opened(NAMES[0]), await opened(NAMES[1])];
  rmSync(join(folder, NAMES[1]));
  await expect(requireOneState(folder, files)).rejects.toMatchObject(REPLACED);
  mkdirSync(join(folder, NAMES[1]));
  await expect(requireOneState(folder, files)).rejects.toMatchObject(REPLACED);
});

it('so is a run that is replacing files, before it has come to these', async () => {
  const files = [await opened(NAMES[0]), await opened(NAMES[1])];
  writeFileSync(journal(), '{}');
  await expect(requireOneState(folder, files)).rejects.toMatchObject(REPLACED);
});

it('a run that ends at this moment, with the data opened new and the model old, is no state', async () => {
  const model = await opened(NAMES[0]);
  writeFileSync(journal(), '{}');
  replace(NAMES[1], 'second');
  const files = [model, await opened(NAMES[1])];
  const ending = {
    identify: (path: string) => {
      replace(NAMES[0], 'second');
      rmSync(journal());
      return system.identify(path);
    },
  };
  await expect(requireOneState(folder, files, ending)).rejects.toMatchObject(REPLACED);
});

it('nor is what was put back, with data that was opened in between', async () => {
  const model = await opened(NAMES[0]);
  renameSync(join(folder, NAMES[1]), join(folder, 'old'));
  replace(NAMES[1], 'second');
  const files = [model, await opened(NAMES[1])];
  renameSync(join(folder, 'old'), join(folder, NAMES[1]));
  await expect(requireOneState(folder, files)).rejects.toMatchObject(REPLACED);
});

it('a model that was replaced twice is not taken for what it was, whatever number it got', async () => {
  const files = [await opened(NAMES[0]), await opened(NAMES[1])];
  for (let i = 0; i < 20; i += 1) {
    replace(NAMES[0], `again ${i}`);
    await expect(requireOneState(folder, files)).rejects.toMatchObject(REPLACED);
  }
});
