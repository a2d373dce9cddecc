import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { settleFolder } from '@synaprune/files';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { encodeModel, pruneOnnx, tensorFromFloat32 } from '../index.js';
import { pruneOnnxFile } from '../node.js';
import { perceptron } from '../testing/external-model.js';
import { kernel, ladder } from '../testing/small-models.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-whole-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

const first = kernel('fc1.weight', [8, 16]);
const { model, data } = perceptron([
  first,
  tensorFromFloat32('fc1.bias', ladder(16), [16]),
  kernel('fc2.weight', [16, 8]),
  tensorFromFloat32('fc2.bias', ladder(8), [8]),
]);
// One kernel in the model itself, so that each sparsity changes both files.
model.graph!.initializer[0] = first;
const bytes = encodeModel(model);
const files = { 'model.onnx': bytes, 'model.onnx.data': data };
const options = { externalData: true };

function write(at: string): string {
  mkdirSync(at, { recursive: true });
  for (const [name, content] of Object.entries(files)) writeFileSync(join(at, name), content);
  return join(at, 'model.onnx');
}

const read = (at: string) =>
  Object.fromEntries(readdirSync(at).map((name) => [name, new Uint8Array(readFileSync(join(at, name)))]));

async function pruned(sparsity: number): Promise<Record<string, Uint8Array>> {
  const result = await pruneOnnx(bytes, { sparsity, externalData: { 'model.onnx.data': data } });
  return { 'model.onnx': result.model, ...result.externalData };
}

describe('a process that ends at any moment while it replaces files', () => {
  const ends = Array.from(
    { length: inject('whole') ? 14 : 3 },
    (_, i) => [i % 3 === 2 ? 'SIGTERM' : 'SIGKILL', (i * 37) % 90] as const,
  );

  it.skipIf(process.platform === 'win32').each(ends)(
    'by %s after %d ms leaves all old or all new',
    async (signal, after) => {
      const source = write(join(folder, 'in'));
      const out = join(folder, 'out');
      mkdirSync(out);
      const code = `
      import { pruneOnnxFile } from '@synaprune/onnx/node';
      for (let i = 0; ; i += 1) {
        await pruneOnnxFile(${JSON.stringify(source)}, {
          externalData: true, out: ${JSON.stringify(join(out, 'model.onnx'))}, sparsity: i % 2 === 0 ? 0.25 : 0.75,
        });
        if (i === 1) process.stdout.write('going');
      }
    `;
      const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      await once(child.stdout, 'data');
      await delay(after);
      child.kill(signal);
      expect(await ended).toEqual([null, signal]);
      // A signal that can be caught leaves nothing to put right.
      if (signal === 'SIGKILL') await settleFolder(out, [out]);
      const found = read(out);
      expect(Object.keys(found).sort()).toEqual(['model.onnx', 'model.onnx.data']);
      const states = [await pruned(0.25), await pruned(0.75)];
      expect(states).toContainEqual(found);
    },
    300_000,
  );
});

describe('a disk that is full', () => {
  /** Mounts a disk that is small enough to fill at once, seen by one process and gone with it. */
  const onSmallDisk = (at: string) =>
    ['-rm', 'sh', '-c', 'mount -t tmpfs -o size=64k disk "$0" && exec "$@"', at] as const;
  const able = ((): boolean => {
    const at = mkdtempSync(join(tmpdir(), 'synaprune-disk-'));
    try {
      execFileSync('unshare', [...onSmallDisk(at), 'true'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    } finally {
      rmSync(at, { recursive: true });
    }
  })();

  it.skipIf(!able).each([0, 1, 2, 3, 4])(
    'with %d pages left: everything stays, or everything is there',
    async (pages) => {
      const source = join(folder, 'source');
      const disk = join(folder, 'disk');
      write(source);
      mkdirSync(disk);
      const code = `
        import { cpSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
        import { pruneOnnxFile } from '@synaprune/onnx/node';
        const [source, disk] = ${JSON.stringify([source, disk])};
        cpSync(source, disk + '/in', { recursive: true });
        const { bavail, bsize } = statfsSync(disk);
        writeFileSync(disk + '/filler', new Uint8Array(Math.max(0, (bavail - ${pages}) * bsize)));
        const out = disk + '/in/model.onnx';
        const error = await pruneOnnxFile(out, { externalData: true, sparsity: 0.5, out }).then(() => null, (caught) => ({ code: caught.code, message: caught.message }));
        const found = readdirSync(disk + '/in').map((name) => [name, readFileSync(disk + '/in/' + name, 'base64')]);
        console.log(JSON.stringify({ error, found }));
      `;
      const child = [process.execPath, '--input-type=module', '-e', code];
      const { error, found } = JSON.parse(
        execFileSync('unshare', [...onSmallDisk(disk), ...child], {
          cwd: import.meta.dirname,
          encoding: 'utf8',
        }),
      ) as { error: unknown; found: [string, string][] };
      const held = Object.fromEntries(
        found.map(([name, content]) => [name, Uint8Array.from(Buffer.from(content, 'base64'))]),
      );
      if (error !== null) {
        expect(error).toEqual({
          code: 'file-failed',
          message: expect.stringMatching(/cannot be written \(ENOSPC\); all .* as (it was|they were)$/),
        });
      }
      expect(held).toEqual(error === null ? await pruned(0.5) : files);
      if (pages < 2) expect(error).not.toBeNull();
      if (pages > 3) expect(error).toBeNull();
    },
  );

  it.skipIf(process.platform === 'win32')(
    'a file that may not grow as large leaves everything as it was',
    () => {
      const large = perceptron([
        kernel('fc1.weight', [8, 1600]),
        tensorFromFloat32('fc1.bias', ladder(1600), [1600]),
        kernel('fc2.weight', [1600, 8]),
        tensorFromFloat32('fc2.bias', ladder(8), [8]),
      ]);
      const path = write(join(folder, 'in'));
      writeFileSync(path, large.bytes);
      writeFileSync(join(folder, 'in/model.onnx.data'), large.data);
      const before = read(join(folder, 'in'));
      const code = `
      import { pruneOnnxFile } from '@synaprune/onnx/node';
      process.on('SIGXFSZ', () => {});
      const path = ${JSON.stringify(path)};
      await pruneOnnxFile(path, { externalData: true, out: path, sparsity: 0.5 }).catch(({ code, message }) => {
        console.log(code, message);
      });
    `;
      const told = execFileSync(
        'sh',
        ['-c', 'ulimit -f 40; exec "$0" --input-type=module -e "$1"', process.execPath, code],
        {
          cwd: import.meta.dirname,
          encoding: 'utf8',
        },
      );
      expect(told).toMatch(
        /^file-failed "model\.onnx" and its data cannot be written \(EFBIG\); all is as it was/,
      );
      expect(read(join(folder, 'in'))).toEqual(before);
    },
  );
});

describe('files that are there', () => {
  it('stay when out is a folder with something in it', async () => {
    const source = write(join(folder, 'in'));
    const out = join(folder, 'out');
    mkdirSync(join(out, 'model.onnx/full'), { recursive: true });
    await expect(
      pruneOnnxFile(source, { ...options, sparsity: 0.5, out: join(out, 'model.onnx') }),
    ).rejects.toMatchObject({ code: 'file-failed', message: expect.stringMatching(/that is no file/) });
    expect(readdirSync(out, { recursive: true }).sort()).toEqual(['model.onnx', 'model.onnx/full']);
  });

  it('stay when they are data of another model, and are replaced when they are of the one at out', async () => {
    const source = write(join(folder, 'in'));
    const out = join(folder, 'out');
    mkdirSync(out);
    const prune = (name: string, sparsity: number) =>
      pruneOnnxFile(source, { ...options, sparsity, out: join(out, name) });
    await prune('half.onnx', 0.5);
    await expect(prune('more.onnx', 0.75)).rejects.toMatchObject({
      code: 'file-failed',
      message: expect.stringMatching(
        /model\.onnx\.data" is there and holds no data of ".*more\.onnx"; .* a folder of its own$/,
      ),
    });
    const half = await pruned(0.5);
    expect(read(out)).toEqual({
      'half.onnx': half['model.onnx'],
      'model.onnx.data': half['model.onnx.data'],
    });
    await prune('half.onnx', 0.75);
    const more = await pruned(0.75);
    expect(read(out)).toEqual({
      'half.onnx': more['model.onnx'],
      'model.onnx.data': more['model.onnx.data'],
    });
  });

  it('keep their rights when they are replaced', async () => {
    const path = write(join(folder, 'in'));
    chmodSync(path, 0o600);
    chmodSync(join(folder, 'in/model.onnx.data'), 0o640);
    await pruneOnnxFile(path, { ...options, sparsity: 0.5, out: path });
    if (process.platform !== 'win32') {
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(statSync(join(folder, 'in/model.onnx.data')).mode & 0o777).toBe(0o640);
    }
    expect(read(join(folder, 'in'))).toEqual(await pruned(0.5));
  });

  it('and folders made for data go again when the work fails', async () => {
    const inner = perceptron(
      [
        first,
        tensorFromFloat32('fc1.bias', ladder(16), [16]),
        kernel('fc2.weight', [16, 8]),
        tensorFromFloat32('fc2.bias', ladder(8), [8]),
      ],
      { location: 'a/b/w.data' },
    );
    mkdirSync(join(folder, 'in/a/b'), { recursive: true });
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(folder, 'in/model.onnx'), inner.bytes);
    writeFileSync(join(folder, 'in/a/b/w.data'), inner.data);
    writeFileSync(join(folder, 'out/a'), 'in the way');
    await expect(
      pruneOnnxFile(join(folder, 'in/model.onnx'), {
        ...options,
        sparsity: 0.5,
        out: join(folder, 'out/m.onnx'),
      }),
    ).rejects.toMatchObject({ code: 'file-failed' });
    expect(readdirSync(join(folder, 'out'))).toEqual(['a']);
    expect(existsSync(join(folder, 'in/a/b/w.data'))).toBe(true);
  });

  it('of two runs at once into one folder are those of one of them', async () => {
    const source = write(join(folder, 'in'));
    const out = join(folder, 'out/model.onnx');
    mkdirSync(join(folder, 'out'));
    const each = [0.25, 0.75, 0.25, 0.75].map((sparsity) =>
      pruneOnnxFile(source, { ...options, sparsity, out }),
    );
    await Promise.all(each);
    expect([await pruned(0.25), await pruned(0.75)]).toContainEqual(read(join(folder, 'out')));
  });
});

const ROUNDS = inject('whole') ? 120 : 30;

it('a model that another run replaces while it is read is never read half old, half new', async () => {
  const at = join(folder, 'in');
  const source = write(at);
  const code = `
    import { pruneOnnxFile } from '@synaprune/onnx/node';
    process.stdout.write('going');
    for (let i = 0; i < ${ROUNDS}; i += 1) {
      await pruneOnnxFile(${JSON.stringify(write(join(folder, 'dense')))}, {
        externalData: true, out: ${JSON.stringify(source)}, sparsity: i % 2 === 0 ? 0.25 : 0.75,
      });
    }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'data');
  const states = [bytes, (await pruned(0.25))['model.onnx']!, (await pruned(0.75))['model.onnx']!];
  const datas = [data, (await pruned(0.25))['model.onnx.data']!, (await pruned(0.75))['model.onnx.data']!];
  mkdirSync(join(folder, 'copy'));
  for (let i = 0; i < ROUNDS; i += 1) {
    // At sparsity 0 what is written is what was read.
    const out = join(folder, 'copy/model.onnx');
    const failed = await pruneOnnxFile(source, { ...options, sparsity: 0, out }).catch(
      (error: unknown) => error,
    );
    if (failed instanceof Error) {
      expect(failed).toMatchObject({ code: expect.stringMatching(/file-failed|external-data/) });
      continue;
    }
    const found = read(join(folder, 'copy'));
    const which = states.findIndex((each) => Buffer.compare(each, found['model.onnx']!) === 0);
    expect(which).toBeGreaterThanOrEqual(0);
    expect(found['model.onnx.data']).toEqual(datas[which]);
  }
  child.kill('SIGKILL');
  await ended;
});
