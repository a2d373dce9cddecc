import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomScore, tensorScore } from '@synaprune/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  create,
  decodeModel,
  encodeModel,
  pruneOnnx,
  TensorProtoSchema,
  tensorFromFloat32,
} from '../index.js';
import { pruneOnnxFile } from '../node.js';
import { externalModel } from '../testing/external-model.js';
import { readRealModel } from '../testing/real-models.js';
import { loadRuntime } from '../testing/runtime.js';
import { kernel, modelOf, rawTensor } from '../testing/small-models.js';

let folder: string;
let model: string;
let out: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synaprune-onnx-'));
  model = join(folder, 'in', 'model.onnx');
  out = join(folder, 'out', 'pruned.onnx');
  mkdirSync(join(folder, 'in', 'parts'), { recursive: true });
  mkdirSync(join(folder, 'out'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const first = kernel('first', [8, 16]);
const second = kernel('second', [16, 8]);
const dense = modelOf({
  inputs: { x: [1, 8] },
  outputs: { z: [1, 8] },
  tensors: [first, second],
  nodes: [
    ['MatMul', ['x', 'first'], ['y']],
    ['MatMul', ['y', 'second'], ['z']],
  ],
});

/** Two kernels, the second one in another file, behind some bytes of no tensor. */
function writeModel(
  entries: Record<string, string> = {},
  file = 'parts/weights.bin',
  data = 16 + 512 + 5,
): Uint8Array {
  const { graph, ...rest } = decodeModel(dense);
  const told = { location: file, offset: '16', length: '512', ...entries };
  graph!.initializer[1] = create(TensorProtoSchema, {
    name: 'second',
    dataType: 1,
    dims: [16n, 8n],
    dataLocation: 1,
    externalData: Object.entries(told).map(([key, text]) => ({ key, value: text })),
  });
  const bytes = new Uint8Array(data).fill(0xee);
  bytes.set(second.rawData.subarray(0, data - 16), 16);
  const target = join(folder, 'in', file);
  if (data > 0 && !file.includes('\0')) writeFileSync(target, bytes);
  writeFileSync(model, encodeModel({ ...rest, graph: graph! }));
  return bytes;
}

const options = { sparsity: 0.75, externalData: true };

describe('pruneOnnxFile', () => {
  it('gives what pruneOnnx gives, and leaves all other bytes as they were', async () => {
    const before = writeModel();
    const source = readFileSync(model);
    const report = await pruneOnnxFile(model, { ...options, out });
    const expected = await pruneOnnx(dense, { sparsity: 0.75 });
    expect({ ...report, sizeBytes: 0 }).toEqual({ ...expected.report, sizeBytes: 0 });
    const [one, two] = decodeModel(expected.model).graph!.initializer;
    expect(decodeModel(readFileSync(out)).graph!.initializer[0]!.rawData).toEqual(one!.rawData);
    const data = readFileSync(join(folder, 'out/parts/weights.bin'));
    expect(new Uint8Array(data.subarray(16, 528))).toEqual(two!.rawData);
    expect([...data.subarray(0, 16), ...data.subarray(528)]).toEqual(new Array(21).fill(0xee));
    expect(new Uint8Array(readFileSync(join(folder, 'in/parts/weights.bin')))).toEqual(before);
    expect(readFileSync(model)).toEqual(source);
    expect(readdirSync(join(folder, 'out'), { recursive: true }).sort()).toEqual([
      'parts',
      'parts/weights.bin',
      'pruned.onnx',
    ]);
    const ort = await loadRuntime();
    const x = ort.tensor('float32', [1, 8]);
    const { z } = await ort.run(expected.model, { x });
    expect(await ort.run(out, { x })).toEqual({ z });
  });

  it.each([
    ['the same for each weight', { distribution: 'uniform' }],
    ['a sparsity of its own for each weight', { distribution: () => [0.5, 0.25] }],
    ['a floor', { floor: 0.125 }],
    ['a seed', { score: randomScore({ seed: 3 }) }],
    ['scores', { score: tensorScore(() => Float32Array.from({ length: 128 }, (_, i) => (i * 37) % 128)) }],
    ['one of them', { select: { include: ['second'] } }],
    ['blocks', { pattern: { kind: 'block', shape: [2, 4] } }],
    ['channels', { pattern: { kind: 'channel', axis: 1 } }],
    ['2 of 4', { sparsity: 0.5, pattern: { kind: 'n:m', keep: 2, of: 4, axis: 0 } }],
  ] as const)('does so with %s', async (_, more) => {
    writeModel();
    const report = await pruneOnnxFile(model, { ...options, ...more, out });
    expect(report.total).toEqual((await pruneOnnx(dense, { sparsity: 0.75, ...more })).report.total);
  });

  it('prunes a real model without external data the same way', async () => {
    const bytes = readRealModel('PP-OCR cls');
    writeFileSync(model, bytes);
    await pruneOnnxFile(model, { sparsity: 0.6, out: join(folder, 'in/other.onnx') });
    const expected = await pruneOnnx(bytes, { sparsity: 0.6 });
    expect(Buffer.compare(readFileSync(join(folder, 'in/other.onnx')), expected.model)).toBe(0);
  });

  it('replaces a model and its data where they are', async () => {
    writeModel();
    await pruneOnnxFile(model, { ...options, out: model });
    expect(readdirSync(join(folder, 'in'), { recursive: true }).sort()).toEqual([
      'model.onnx',
      'parts',
      'parts/weights.bin',
    ]);
    const again = await pruneOnnxFile(model, { ...options, out });
    expect(again.total.sparsity).toEqual({ before: 0.75, after: 0.75 });
  });
});

it('pruneOnnxFile chooses by what lies in data files, as pruneOnnx does', async () => {
  const waves = Float32Array.from({ length: 32 * 16 }, (_, i) =>
    Math.cos((2 * Math.PI * Math.floor(i / 16) * (i % 16)) / 32),
  );
  const quantised = Uint8Array.from({ length: 16 * 8 }, (_, i) => 64 + i);
  const { model: message, data } = externalModel(
    [
      tensorFromFloat32('basis', waves, [32, 16]),
      rawTensor('q', 2, [16, 8], quantised),
      tensorFromFloat32('scale', Float32Array.of(0.5), []),
      rawTensor('zero', 2, [], Uint8Array.of(128)),
    ],
    {
      inputs: { x: [1, 32] },
      outputs: { z: [1, 8] },
      nodes: [
        ['MatMul', ['x', 'basis'], ['y']],
        ['DequantizeLinear', ['q', 'scale', 'zero'], ['d']],
        ['MatMul', ['y', 'd'], ['z']],
      ],
    },
  );
  const bytes = encodeModel(message);
  writeFileSync(model, bytes);
  writeFileSync(join(folder, 'in/model.onnx.data'), data);
  const report = await pruneOnnxFile(model, { ...options, out });
  const expected = await pruneOnnx(bytes, { sparsity: 0.75, externalData: { 'model.onnx.data': data } });
  expect(report).toEqual(expected.report);
  expect(report.weights.map(({ name }) => name)).toEqual(['q']);
  expect(report.notices.map(({ code, weights }) => [code, weights])).toEqual([['fixed-basis', ['basis']]]);
  const written = readFileSync(join(folder, 'out/model.onnx.data'));
  expect(Buffer.compare(written, expected.externalData['model.onnx.data']!)).toBe(0);
});

it('pruneOnnxFile leaves nothing behind when a signal ends the process', async () => {
  writeModel({ location: 'large.bin', offset: '0', length: String(2 ** 27) });
  const { graph, ...rest } = decodeModel(new Uint8Array(readFileSync(model)));
  graph!.initializer[1]!.dims = [8192n, 4096n];
  writeFileSync(model, encodeModel({ ...rest, graph: graph! }));
  writeFileSync(join(folder, 'in/large.bin'), '');
  truncateSync(join(folder, 'in/large.bin'), 2 ** 27);
  const code = `
    import { pruneOnnxFile } from '@synaprune/onnx/node';
    await pruneOnnxFile(${JSON.stringify(model)}, ${JSON.stringify({ ...options, out })});
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: import.meta.dirname,
    stdio: 'ignore',
  });
  const ended = once(child, 'exit');
  const files = () => readdirSync(join(folder, 'out'));
  await expect.poll(files, { interval: 1 }).toEqual([expect.stringMatching(/\.draft$/)]);
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
  expect(files()).toEqual([]);
});

describe('pruneOnnxFile refuses', () => {
  afterEach(() => expect(readdirSync(join(folder, 'out'), { recursive: true })).toEqual([]));
  const refusal = async (code: string, message: RegExp, more: object = {}) =>
    await expect(pruneOnnxFile(model, { ...options, out, ...more })).rejects.toMatchObject({
      name: 'PruneError',
      code,
      message: expect.stringMatching(message),
    });

  it('external data that was not asked for', async () => {
    writeModel();
    await refusal('external-data', /graph\/second/, { externalData: false });
  });

  it.each([
    ['an absolute path', '/etc/passwd', /absolute/],
    ['a way up', '../weights.bin', /leads out/],
    ['a way up, further in', 'parts/../../weights.bin', /leads out/],
    ['a NUL', 'weights.bin\0x', /NUL/],
    ['a backslash', '..\\weights.bin', /backslash/],
    ['a drive', 'C:weights.bin', /no relative path/],
    ['a URL', 'file:///etc/passwd', /no relative path/],
    ['a mark of a runtime', '*/_ORT_MEM_ADDR_/*', /no relative path/],
    ['no name', '', /names no file/],
    ['only a folder', 'parts/', /names no file/],
    ['a folder', 'parts', /no plain file/],
    ['a missing file', 'missing.bin', /cannot be opened \(ENOENT\)/],
    ['a missing folder', 'missing/weights.bin', /cannot be opened \(ENOENT\)/],
    ['the model itself', 'model.onnx', /which has|model itself/],
  ])('%s', async (_, location, message) => {
    writeModel({ location });
    await refusal('external-data', message);
  });

  it.each([
    ['a negative offset', { offset: '-16' }, /offset "-16"/],
    ['an offset that is none', { offset: '0x10' }, /offset/],
    ['an offset past the end', { offset: '999999999999999' }, /which has 533/],
    ['an offset that no number can hold', { offset: '9'.repeat(40) }, /offset/],
    ['a length that the shape does not need', { length: '516' }, /need 512/],
    ['a huge length', { length: '9007199254740991' }, /need 512/],
  ])('%s', async (_, entries, message) => {
    writeModel(entries);
    await refusal('external-data', message);
  });

  it('a file that is too short', async () => {
    writeModel({}, 'weights.bin', 400);
    await refusal('external-data', /bytes 16 to 528 of "weights.bin", which has 400/);
  });

  it('symbolic links, to a file or to its folder', async () => {
    writeModel();
    symlinkSync(join(folder, 'in/parts/weights.bin'), join(folder, 'in/link.bin'));
    symlinkSync(join(folder, 'in/parts'), join(folder, 'in/linked'));
    writeModel({ location: 'link.bin' });
    await refusal('external-data', /symbolic link/);
    writeModel({ location: 'linked/weights.bin' });
    await refusal('external-data', /symbolic link/);
  });

  it('hard links', async () => {
    writeModel();
    linkSync(join(folder, 'in/parts/weights.bin'), join(folder, 'elsewhere.bin'));
    await refusal('external-data', /hard link/);
  });

  it('tensors that share bytes with one that changes', async () => {
    writeModel();
    const shared = decodeModel(readFileSync(model));
    const [, tensor] = shared.graph!.initializer;
    shared.graph!.initializer.push(
      create(TensorProtoSchema, {
        ...tensor!,
        name: 'third',
        dims: [4n, 4n],
        externalData: [
          { key: 'location', value: 'parts/weights.bin' },
          { key: 'offset', value: '524' },
        ],
        $typeName: undefined as never,
      }),
    );
    writeFileSync(model, encodeModel(shared));
    writeFileSync(join(folder, 'in/parts/weights.bin'), new Uint8Array(2000));
    await refusal('external-data', /too$/);
  });

  it('a path that ends in a dot, which names a folder', async () => {
    writeModel();
    await refusal('file-failed', /cannot be written/, { out: `${join(folder, 'out')}/.` });
    await refusal('file-failed', /cannot be written/, { out: `${join(folder, 'out/none')}/..` });
  });

  it('another name in the same folder, which would share the data', async () => {
    writeModel();
    await refusal('external-data', /another folder/, { out: join(folder, 'in/other.onnx') });
    expect(readdirSync(join(folder, 'in'))).toEqual(['model.onnx', 'parts']);
  });

  it('a model or a folder that is not there', async () => {
    await refusal('file-failed', /cannot be opened/);
    writeModel();
    await refusal('file-failed', /folder of .*make it first/, { out: join(folder, 'nowhere/pruned.onnx') });
  });

  it('a broken model, and options that cannot be right', async () => {
    writeFileSync(model, 'not a model');
    await refusal('bad-model', /needed is an ONNX model, got text/);
    await expect(pruneOnnxFile(model, { sparsity: 0.5 } as never)).rejects.toThrow(TypeError);
    const wrong = { score: (() => 0) as never, out: '', externalData: 'yes' as never };
    for (const [name, value] of Object.entries(wrong)) {
      await expect(pruneOnnxFile(model, { ...options, out, [name]: value })).rejects.toThrow(TypeError);
    }
  });

  it('to leave anything behind when the last file cannot be put in its place', async () => {
    writeModel();
    mkdirSync(join(folder, 'taken', 'pruned.onnx'), { recursive: true });
    await refusal('file-failed', /cannot be written/, { out: join(folder, 'taken/pruned.onnx') });
    expect(readdirSync(join(folder, 'taken'), { recursive: true }).sort()).toEqual(['pruned.onnx']);
  });
});
