import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  create,
  decodeModel,
  embedExternalData,
  encodeModel,
  StringStringEntryProtoSchema,
} from '../index.js';
import { tensorFromFloat32, tensorToFloat32 } from '../messages/tensors.js';
import { readOnnxFile } from '../node.js';
import { perceptron } from '../testing/external-model.js';
import { kernel, ladder, modelOf } from '../testing/small-models.js';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'synaprune-read-')));
  write(folder);
});
afterEach(() => rmSync(folder, { recursive: true }));

const { bytes, data } = perceptron([
  kernel('fc1.weight', [8, 16]),
  tensorFromFloat32('fc1.bias', ladder(16), [16]),
  kernel('fc2.weight', [16, 8]),
  tensorFromFloat32('fc2.bias', ladder(8), [8]),
]);
const whole = embedExternalData(bytes, { 'model.onnx.data': data });

function write(at: string): string {
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'model.onnx'), bytes);
  writeFileSync(join(at, 'model.onnx.data'), data);
  return join(at, 'model.onnx');
}

describe('a model is read', () => {
  it('with its data in it', async () => {
    const { model, dataFiles } = await readOnnxFile(join(folder, 'model.onnx'));
    expect(Buffer.compare(model, whole)).toBe(0);
    expect(dataFiles).toEqual([join(folder, 'model.onnx.data')]);
  });

  it('as it is where it is one file, also behind a link', async () => {
    writeFileSync(join(folder, 'whole.onnx'), whole);
    symlinkSync('whole.onnx', join(folder, 'linked.onnx'));
    for (const name of ['whole.onnx', 'linked.onnx']) {
      const { model, dataFiles } = await readOnnxFile(join(folder, name));
      expect(Buffer.compare(model, whole)).toBe(0);
      expect(dataFiles).toEqual([]);
    }
  });

  it('with data that has a second name, as package managers give it', async () => {
    linkSync(join(folder, 'model.onnx.data'), join(folder, 'elsewhere.data'));
    expect(Buffer.compare((await readOnnxFile(join(folder, 'model.onnx'))).model, whole)).toBe(0);
  });
});

describe('an error tells', () => {
  const refusal = async (code: string, message: RegExp, path: string = join(folder, 'model.onnx')) => {
    await expect(readOnnxFile(path)).rejects.toMatchObject({
      name: 'PruneError',
      code,
      message: expect.stringMatching(message),
    });
  };

  it('of data that is missing, a link, a folder or too short', async () => {
    const path = join(folder, 'model.onnx.data');
    rmSync(path);
    await refusal('external-data', /model\.onnx\.data", which is not there$/);
    writeFileSync(join(folder, 'real'), data);
    symlinkSync('real', path);
    await refusal('external-data', /model\.onnx\.data", which is a symbolic link$/);
    rmSync(path);
    mkdirSync(path);
    await refusal('external-data', /model\.onnx\.data", which is no plain file$/);
    rmSync(path, { recursive: true });
    writeFileSync(path, data.subarray(0, 32));
    await refusal('external-data', /32/);
  });

  it('of data that would not fit into one model, before it is read', async () => {
    truncateSync(join(folder, 'model.onnx.data'), 2 ** 31);
    await refusal('external-data', /its data have \d+ bytes, and 2147483647 is the most that is read whole/);
  });

  it('of a model that is not there, a folder, too large or none', async () => {
    await refusal('file-failed', /cannot be opened \(ENOENT\)/, join(folder, 'none.onnx'));
    await refusal('file-failed', /cannot be reached: there is none/, join(folder, 'none', 'model.onnx'));
    await refusal('file-failed', /is no plain file/, folder);
    writeFileSync(join(folder, 'text.onnx'), 'hello');
    await refusal('bad-model', /./, join(folder, 'text.onnx'));
    truncateSync(join(folder, 'text.onnx'), 2 ** 31);
    await refusal('bad-model', /has 2147483648 bytes/, join(folder, 'text.onnx'));
    await expect(readOnnxFile('')).rejects.toThrow(TypeError);
    await expect(readOnnxFile(Buffer.from('model.onnx') as never)).rejects.toThrow(TypeError);
  });
});

/** The files of a model whose inline tensor and data files all say the same number, so that a mixture shows. */
function numbered(number: number): Record<string, Uint8Array> {
  const names = Array.from({ length: 30 }, (_, i) => `w${i}`);
  const tensor = (name: string) => tensorFromFloat32(name, new Float32Array(8).fill(number), [8]);
  const model = modelOf({
    inputs: { x: [1, 8] },
    outputs: { y: [1, 8] },
    tensors: ['own', ...names].map(tensor),
    nodes: [['Sum', ['x', 'own', ...names], ['y']]],
  });
  const message = decodeModel(model);
  const files: Record<string, Uint8Array> = {};
  for (const each of message.graph!.initializer.slice(1)) {
    files[`${each.name}.data`] = Uint8Array.from(each.rawData);
    each.rawData = new Uint8Array();
    each.dataLocation = 1;
    each.externalData.push(
      create(StringStringEntryProtoSchema, { key: 'location', value: `${each.name}.data` }),
    );
  }
  return { ...files, 'model.onnx': encodeModel(message) };
}

it('a model that another run replaces is never read half old, half new', async () => {
  const source = join(folder, 'model.onnx');
  const states = [numbered(1), numbered(2)].map((files) =>
    Object.entries(files).map(([name, content]) => [name, Buffer.from(content).toString('base64')]),
  );
  const code = `
    import { openOutput, writeAll } from '@synaprune/files';
    const states = ${JSON.stringify(states)};
    for (let i = 0; ; i += 1) {
      const state = states[i % 2];
      const output = await openOutput(${JSON.stringify(folder)}, state.map(([name]) => name));
      for (const [name, content] of state) await writeAll(await output.create(name), Buffer.from(content, 'base64'), 0);
      await output.publish();
      if (i === 1) process.stdout.write('going');
    }
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const numbersOf = (model: Uint8Array) =>
    new Set(decodeModel(model).graph!.initializer.flatMap((tensor) => [...tensorToFloat32(tensor)]));
  try {
    await once(child.stdout, 'data');
    let read = 0;
    for (let i = 0; i < (inject('whole') ? 400 : 100) || read === 0; i += 1) {
      const found = await readOnnxFile(source).catch((error: unknown) => error as Error);
      if (found instanceof Error) {
        expect(found).toMatchObject({ code: expect.stringMatching(/file-failed|external-data/) });
        continue;
      }
      read += 1;
      expect(numbersOf(found.model).size).toBe(1);
    }
  } finally {
    child.kill('SIGKILL');
    await ended;
  }
  // What it left, wherever it was, is put right by whoever reads next.
  expect(numbersOf((await readOnnxFile(source)).model).size).toBe(1);
});
