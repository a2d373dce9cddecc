import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeDraft } from './draft.js';

let folder: string;
let target: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synaprune-draft-'));
  target = join(folder, 'model.onnx');
});
afterEach(() => rmSync(folder, { recursive: true }));

it('takes the name of its file, and its mode, once it is published', async () => {
  writeFileSync(target, 'old');
  chmodSync(target, 0o600);
  const draft = await writeDraft(target, 'new');
  expect([readFileSync(target, 'utf8'), readdirSync(folder).length]).toEqual(['old', 2]);
  await draft.publish();
  await draft.discard();
  expect([readFileSync(target, 'utf8'), readdirSync(folder)]).toEqual(['new', ['model.onnx']]);
  if (process.platform !== 'win32') expect(statSync(target).mode & 0o777).toBe(0o600);
});

it('is gone once it is discarded, or could not be written', async () => {
  await (await writeDraft(target, 'new')).discard();
  await expect(writeDraft(join(folder, 'none', 'model.onnx'), 'new')).rejects.toThrow('ENOENT');
  expect(readdirSync(folder)).toEqual([]);
  expect(process.listenerCount('SIGHUP')).toBe(0);
});

it.skipIf(process.platform === 'win32')(
  'is gone when the program is interrupted, as programs are',
  async () => {
    const built = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'output', 'draft.js')).href;
    const program = `
    const { writeDraft } = await import(${JSON.stringify(built)});
    await writeDraft(${JSON.stringify(target)}, 'new');
    process.stdout.write('there');
    setInterval(() => {}, 1000);
  `;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program]);
    await once(child.stdout, 'data');
    expect(readdirSync(folder).length).toBe(1);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([null, 'SIGINT']);
    expect(readdirSync(folder)).toEqual([]);
  },
);
