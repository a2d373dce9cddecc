import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PruneError } from '@synaprune/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeModel, encodeModel, pruneOnnx } from '../index.js';
import { tensorFromFloat32 } from '../messages/tensors.js';
import { pruneOnnxFile } from '../node.js';
import { perceptron } from '../testing/external-model.js';
import { kernel, ladder } from '../testing/small-models.js';
import { openDataFile } from './location.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-opened-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

const { bytes, data } = perceptron(
  [
    kernel('fc1.weight', [8, 16]),
    tensorFromFloat32('fc1.bias', ladder(16), [16]),
    kernel('fc2.weight', [16, 8]),
    tensorFromFloat32('fc2.bias', ladder(8), [8]),
  ],
  { location: 'parts/model.onnx.data' },
);
const linux = process.platform === 'linux';

describe('a folder that is swapped for a link while its file is opened', () => {
  /** Swaps `in/parts` for a link to `elsewhere` and back, for ever. */
  const swapper = (at: string) => `
    import { renameSync, symlinkSync, unlinkSync } from 'node:fs';
    process.chdir(${JSON.stringify(at)});
    process.stdout.write('started');
    for (let i = 0; ; i += 1) {
      renameSync('in/parts', 'in/away');
      symlinkSync('../elsewhere', 'in/parts');
      unlinkSync('in/parts');
      renameSync('in/away', 'in/parts');
    }
  `;

  it.skipIf(!linux)(
    'gives its own bytes or an error, never those of another file',
    async () => {
      const own = new Uint8Array(64).fill(1);
      for (const each of ['in', 'in/parts', 'elsewhere', 'out']) mkdirSync(join(folder, each));
      writeFileSync(join(folder, 'in/parts/model.onnx.data'), data);
      writeFileSync(join(folder, 'in/parts/bytes'), own);
      writeFileSync(join(folder, 'in/model.onnx'), bytes);
      writeFileSync(join(folder, 'elsewhere/model.onnx.data'), new Uint8Array(data.length).fill(66));
      writeFileSync(join(folder, 'elsewhere/bytes'), new Uint8Array(64).fill(66));
      const expected = await pruneOnnx(bytes, {
        sparsity: 0.5,
        externalData: { 'parts/model.onnx.data': data },
      });
      const child = spawn(process.execPath, ['--input-type=module', '-e', swapper(folder)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      try {
        await once(child.stdout, 'data');
        const found = { own: 0, other: 0, refused: 0 };
        for (let i = 0; i < 4000; i += 1) {
          const opened = await openDataFile(join(folder, 'in'), ['parts', 'bytes'], 'graph/w', {}).catch(
            () => undefined,
          );
          if (opened === undefined) found.refused += 1;
          else {
            const read = await opened.handle.read(new Uint8Array(64), 0, 64, 0);
            await opened.handle.close();
            found[Buffer.compare(read.buffer, own) === 0 ? 'own' : 'other'] += 1;
          }
        }
        expect(found.other).toBe(0);
        for (let i = 0; i < 300; i += 1) {
          const out = join(folder, 'out/model.onnx');
          const done = await pruneOnnxFile(join(folder, 'in/model.onnx'), {
            out,
            sparsity: 0.5,
            externalData: true,
          }).catch((error: unknown) => error);
          if (done instanceof Error) {
            // Or it was swapped after it was opened.
            expect(`${(done as PruneError).code}: ${done.message}`).toMatch(
              /^external-data: |^file-failed: .* was replaced while it was read$/,
            );
            continue;
          }
          const written = readFileSync(join(folder, 'out/parts/model.onnx.data'));
          expect(Buffer.compare(written, expected.externalData['parts/model.onnx.data']!)).toBe(0);
        }
      } finally {
        child.kill('SIGKILL');
        await ended;
      }
    },
    300_000,
  );
});

describe('symbolic links of a model cache', () => {
  let cache: string;
  let model: string;
  const options = { sparsity: 0.5, externalData: true };
  /** As Hugging Face lays it out: a snapshot of links to blobs that are named by their content. */
  beforeEach(() => {
    cache = join(folder, 'models--owner--name');
    mkdirSync(join(cache, 'blobs'), { recursive: true });
    mkdirSync(join(cache, 'snapshots/4d7a/onnx/parts'), { recursive: true });
    mkdirSync(join(folder, 'out'));
    writeFileSync(join(cache, 'blobs/aa'), bytes);
    writeFileSync(join(cache, 'blobs/bb'), data);
    model = join(cache, 'snapshots/4d7a/onnx/model.onnx');
    symlinkSync('../../../blobs/aa', model);
    symlinkSync('../../../../blobs/bb', join(cache, 'snapshots/4d7a/onnx/parts/model.onnx.data'));
  });

  it('are followed inside the folder that is named, and the blobs stay as they are', async () => {
    const out = join(folder, 'out/model.onnx');
    const report = await pruneOnnxFile(model, { ...options, out, followLinksInside: cache });
    const expected = await pruneOnnx(bytes, {
      sparsity: 0.5,
      externalData: { 'parts/model.onnx.data': data },
    });
    expect(report.total).toEqual(expected.report.total);
    const written = readFileSync(join(folder, 'out/parts/model.onnx.data'));
    expect(Buffer.compare(written, expected.externalData['parts/model.onnx.data']!)).toBe(0);
    // In place, links are replaced by files.
    await pruneOnnxFile(model, { ...options, out: model, followLinksInside: cache });
    expect(Buffer.compare(readFileSync(model), expected.model)).toBe(0);
    expect(new Uint8Array(readFileSync(join(cache, 'blobs/aa')))).toEqual(bytes);
    expect(new Uint8Array(readFileSync(join(cache, 'blobs/bb')))).toEqual(data);
  });

  it('are refused unless asked for, and the message names the option', async () => {
    const out = join(folder, 'out/model.onnx');
    await expect(pruneOnnxFile(model, { ...options, out })).rejects.toMatchObject({
      code: 'file-failed',
      message: expect.stringMatching(/model\.onnx", which is a symbolic link; .*followLinksInside$/),
    });
    rmSync(model);
    writeFileSync(model, bytes);
    await expect(pruneOnnxFile(model, { ...options, out })).rejects.toMatchObject({
      code: 'external-data',
      message: expect.stringMatching(
        /"parts\/model\.onnx\.data", which is a symbolic link; .*followLinksInside$/,
      ),
    });
  });

  it('are refused where they lead out of the folder, also to one whose name goes on', async () => {
    const out = join(folder, 'out/model.onnx');
    for (const [inside, code] of [
      [join(cache, 'snapshots'), 'file-failed'],
      [join(folder, 'models--owner'), 'file-failed'],
    ] as const) {
      mkdirSync(inside, { recursive: true });
      await expect(
        pruneOnnxFile(model, { ...options, out, followLinksInside: inside }),
      ).rejects.toMatchObject({
        code,
        message: expect.stringMatching(/out of ".*", which followLinksInside names$/),
      });
    }
    renameSync(join(cache, 'blobs/bb'), join(folder, 'outside'));
    symlinkSync('../../outside', join(cache, 'blobs/bb'));
    await expect(pruneOnnxFile(model, { ...options, out, followLinksInside: cache })).rejects.toMatchObject({
      code: 'external-data',
      message: expect.stringMatching(/out of ".*", which followLinksInside names$/),
    });
    await expect(
      pruneOnnxFile(model, { ...options, out, followLinksInside: join(folder, 'none') }),
    ).rejects.toMatchObject({ code: 'file-failed', message: expect.stringMatching(/cannot be reached/) });
    await expect(pruneOnnxFile(model, { ...options, out, followLinksInside: true as never })).rejects.toThrow(
      'pruneOnnxFile needs followLinksInside to be a folder, got true',
    );
  });
});

describe('what is no plain file is refused without waiting for it', () => {
  it.skipIf(process.platform === 'win32')('a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(pruneOnnxFile(pipe, { out: join(folder, 'x.onnx'), sparsity: 0.5 })).rejects.toMatchObject({
      code: 'file-failed',
      message: expect.stringMatching(/pipe", which is no plain file/),
    });
    const model = decodeModel(bytes);
    for (const tensor of model.graph!.initializer) {
      for (const entry of tensor.externalData) if (entry.key === 'location') entry.value = 'pipe';
    }
    writeFileSync(join(folder, 'model.onnx'), encodeModel(model));
    mkdirSync(join(folder, 'out'));
    await expect(
      pruneOnnxFile(join(folder, 'model.onnx'), {
        out: join(folder, 'out/model.onnx'),
        sparsity: 0.5,
        externalData: true,
      }),
    ).rejects.toMatchObject({ code: 'external-data', message: expect.stringMatching(/no plain file/) });
  });
});

describe('where the system does not say what was opened', () => {
  const rules = { pathOf: () => Promise.resolve(undefined) };

  it('a file in its place is opened, and not called proven', async () => {
    writeFileSync(join(folder, 'w.bin'), 'abc');
    const opened = await openDataFile(folder, ['w.bin'], 'graph/w', rules);
    expect([opened.size, opened.proven]).toEqual([3, false]);
    await opened.handle.close();
    if (!linux) return;
    const proven = await openDataFile(folder, ['w.bin'], 'graph/w', {});
    expect(proven.proven).toBe(true);
    await proven.handle.close();
  });
});
