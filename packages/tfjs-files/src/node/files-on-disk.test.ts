import {
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeTfjs } from '../files/decode-tfjs.js';
import { pruneTfjs } from '../pruning/prune-tfjs.js';
import { languageFiles, languageFolder } from '../testing/language-model.js';
import { readTfjsFiles } from './read-files.js';
import { writeTfjsFiles } from './write-files.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synaprune-tfjs-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const at = (...parts: readonly string[]) => join(folder, ...parts);
const values = new Uint8Array(Float32Array.from({ length: 64 }, (_, i) => i + 1).buffer);
const model = (path: unknown = 'a.bin', shape: readonly number[] = [8, 8]) => ({
  modelTopology: { class_name: 'Dense', config: { name: 'out' } },
  weightsManifest: [{ paths: [path], weights: [{ name: 'out/kernel', shape, dtype: 'float32' }] }],
});
const save = async (json: object) => await writeFile(at('model.json'), JSON.stringify(json));
const codeOf = async (work: Promise<unknown>) =>
  await work.then(
    () => 'nothing',
    (error: Error & { code?: string }) => error.code ?? error.name,
  );

describe('a model on disk', () => {
  it('is read as from memory', async () => {
    const { json, shards } = languageFiles();
    expect(await readTfjsFiles(join(languageFolder, 'model.json'))).toEqual(decodeTfjs(json, shards));
  });

  it('is pruned and written over itself, and nothing else is left', async () => {
    await save(model());
    await writeFile(at('a.bin'), values, { mode: 0o600 });
    const { artifacts } = await pruneTfjs(await readTfjsFiles(at('model.json')), { sparsity: 0.5 });
    await writeTfjsFiles(at('model.json'), artifacts);
    expect((await readdir(folder)).sort()).toEqual(['a.bin', 'model.json']);
    expect((await stat(at('a.bin'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(at('model.json'), 'utf8'))).toEqual(model());
    const written = new Float32Array(Uint8Array.from(await readFile(at('a.bin'))).buffer);
    expect([...written]).toEqual(Array.from({ length: 64 }, (_, i) => (i < 32 ? 0 : i + 1)));
  });

  it('has its shards in folders of their own, where the manifest says so', async () => {
    const artifacts = decodeTfjs(model('weights/1/a.bin'), { 'weights/1/a.bin': values });
    await writeTfjsFiles(at('model.json'), artifacts);
    expect(await readTfjsFiles(at('model.json'))).toEqual(artifacts);
  });
});

describe('what is not where it may be is refused', () => {
  it('when it is read', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'synaprune-outside-'));
    try {
      await writeFile(join(outside, 'a.bin'), values);
      const end = async (path: unknown) => {
        await save(model(path));
        return await codeOf(readTfjsFiles(at('model.json')));
      };
      expect(await end(join(outside, 'a.bin'))).toBe('external-data');
      expect(await end(`../${outside.split('/').at(-1)}/a.bin`)).toBe('external-data');
      expect(await end(`file://${outside}/a.bin`)).toBe('external-data');
      await symlink(join(outside, 'a.bin'), at('linked.bin'));
      expect(await end('linked.bin')).toBe('external-data');
      await symlink(outside, at('linked'));
      expect(await end('linked/a.bin')).toBe('external-data');
      await mkdir(at('folder.bin'));
      expect(await end('folder.bin')).toBe('external-data');
      expect(await end('missing.bin')).toBe('external-data');
      await symlink(at('model.json'), at('other.json'));
      expect(await codeOf(readTfjsFiles(at('other.json')))).toBe('file-failed');
      expect(await codeOf(readTfjsFiles(at('none.json')))).toBe('file-failed');
      expect(await codeOf(readTfjsFiles(at('none', 'model.json')))).toBe('file-failed');
      expect(await codeOf(readTfjsFiles('' as never))).toBe('TypeError');
      // Package managers link what they have once; nothing is written through it.
      await link(join(outside, 'a.bin'), at('hard.bin'));
      expect(await end('hard.bin')).toBe('nothing');
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  it('when it is longer or shorter than its weights, before it is read', async () => {
    await writeFile(at('a.bin'), values);
    await truncate(at('a.bin'), 2 ** 42);
    await save(model());
    await expect(readTfjsFiles(at('model.json'))).rejects.toThrow(
      /4398046511104 bytes, and its weights take 256/,
    );
    await truncate(at('a.bin'), 255);
    expect(await codeOf(readTfjsFiles(at('model.json')))).toBe('external-data');
    await save(model('a.bin', [2 ** 30, 2 ** 20]));
    expect(await codeOf(readTfjsFiles(at('model.json')))).toBe('external-data');
  });

  it('when it is written, and then nothing has changed', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'synaprune-outside-'));
    try {
      await save(model());
      await symlink(outside, at('linked'));
      const artifacts = (path: string) => decodeTfjs(model(path), { [path]: values });
      expect(await codeOf(writeTfjsFiles(at('model.json'), artifacts('linked/sub/a.bin')))).toBe(
        'file-failed',
      );
      expect(await codeOf(writeTfjsFiles(at('model.json'), artifacts('model.json')))).toBe('file-failed');
      expect(await codeOf(writeTfjsFiles(at('model.json'), artifacts('model.json/a.bin')))).toBe(
        'file-failed',
      );
      const lie = { ...artifacts('a.bin'), weightsManifest: model('../a.bin').weightsManifest as never };
      expect(await codeOf(writeTfjsFiles(at('model.json'), lie))).toBe('external-data');
      await mkdir(at('taken.json'));
      expect(await codeOf(writeTfjsFiles(at('taken.json'), artifacts('new/a.bin')))).toBe('file-failed');
      expect((await readdir(folder)).sort()).toEqual(['linked', 'model.json', 'taken.json']);
      expect(await readdir(outside)).toEqual([]);
      expect(JSON.parse(await readFile(at('model.json'), 'utf8'))).toEqual(model());
    } finally {
      await rm(outside, { recursive: true });
    }
  });
});

it('a shard of another model stays, of whatever length, and of the same model is replaced', async () => {
  const filled = (value: number) => decodeTfjs(model(), { 'a.bin': new Uint8Array(256).fill(value) });
  await writeTfjsFiles(at('one.json'), filled(1));
  for (const name of ['two.json', 'broken.json', 'of-others.json']) {
    if (name === 'broken.json') await writeFile(at(name), '{');
    if (name === 'of-others.json') await writeFile(at(name), JSON.stringify(model('b.bin')));
    await expect(writeTfjsFiles(at(name), filled(2))).rejects.toMatchObject({
      code: 'file-failed',
      message: `"${await realpath(at('a.bin'))}" is there, holds other weights and is no shard of the "${name}" beside it; a model needs a folder of its own`,
    });
  }
  expect(await readTfjsFiles(at('one.json'))).toEqual(filled(1));
  // The same weights may have two models.
  await writeTfjsFiles(at('two.json'), filled(1));
  await writeTfjsFiles(at('one.json'), filled(3));
  expect(await readTfjsFiles(at('one.json'))).toEqual(filled(3));
});
