import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomScore, tensorScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { decodeModel, encodeModel, pruneOnnx, tensorFromFloat32 } from '../index.js';
import { pruneOnnxFile } from '../node.js';
import { externalModel } from '../testing/external-model.js';
import { dense, folder, model, options, out, useModelFolder, writeModel } from '../testing/model-folder.js';
import { readRealModel } from '../testing/real-models.js';
import { loadRuntime } from '../testing/runtime.js';
import { rawTensor } from '../testing/small-models.js';

useModelFolder();

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
