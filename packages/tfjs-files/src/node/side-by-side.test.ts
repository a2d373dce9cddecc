import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { readTfjsFiles } from './read-files.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-beside-')));
  path = join(folder, 'model.json');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A model whose three shards and topology all say the same number, so that a mixture shows. */
const program = (at: string) => `
  import { decodeTfjs } from '@synaprune/tfjs-files';
  import { writeTfjsFiles } from '@synaprune/tfjs-files/node';
  const paths = ['a.bin', 'parts/b.bin', 'c.bin'];
  for (let i = 0; ; i = (i + 1) % 100) {
    const shards = Object.fromEntries(paths.map((path) => [path, new Uint8Array(new Float32Array(64).fill(i).buffer)]));
    await writeTfjsFiles(${JSON.stringify(at)}, decodeTfjs({
      modelTopology: { class_name: 'Dense', config: { name: 'out', number: i } },
      weightsManifest: paths.map((path) => ({
        paths: [path], weights: [{ name: path, shape: [8, 8], dtype: 'float32' }],
      })),
    }, shards));
    if (i === 1) process.stdout.write('going');
  }
`;

async function writing(): Promise<{ readonly child: ChildProcess; readonly ended: Promise<unknown> }> {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program(path)], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  return { child, ended };
}

/** The numbers that a model's topology and shards say. */
async function numbers(): Promise<Set<number>> {
  const { modelTopology, weightData } = await readTfjsFiles(path);
  const { config } = modelTopology as unknown as { config: { number: number } };
  const parts = [weightData].flat() as ArrayBuffer[];
  return new Set([config.number, ...parts.flatMap((part) => [...new Float32Array(part)])]);
}

it('a model that another run replaces is never read half old, half new', async () => {
  const { child, ended } = await writing();
  try {
    let read = 0;
    for (let i = 0; i < (inject('whole') ? 1000 : 200) || read === 0; i += 1) {
      const found = await numbers().catch((error: unknown) => error as Error);
      if (found instanceof Error) {
        expect(found).toMatchObject({ code: expect.stringMatching(/file-failed|external-data/) });
        continue;
      }
      read += 1;
      expect(found.size).toBe(1);
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
});

const ends = Array.from(
  { length: inject('whole') ? 12 : 3 },
  (_, i) => [i % 3 === 2 ? 'SIGTERM' : 'SIGKILL', (i * 37) % 90] as const,
);

it.skipIf(process.platform === 'win32').each(ends)(
  'a process that %s ends after %d ms leaves all old or all new',
  async (signal, after) => {
    const { child, ended } = await writing();
    await delay(after);
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect((await numbers()).size).toBe(1);
    const left = (readdirSync(folder, { recursive: true }) as string[]).sort();
    // What a kill leaves of a file that was not yet whole, the next that writes there clears away.
    const drafts = left.filter((name) => name.endsWith('.draft'));
    if (signal === 'SIGTERM') expect(drafts).toEqual([]);
    expect(left.filter((name) => !drafts.includes(name))).toEqual([
      'a.bin',
      'c.bin',
      'model.json',
      'parts',
      'parts/b.bin',
    ]);
  },
);
