import { gzipSync } from 'node:zlib';
import { tensorScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { decodeModel, findWeights, pruneOnnx } from '../index.js';
import { kernel, matMulModel } from '../testing/small-models.js';
import { recogniseFile } from './recognise-file.js';

const text = (content: string) => new TextEncoder().encode(content);
const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...text(part)] : [...part])));
const utf16 = (content: string) =>
  Uint8Array.from([0xff, 0xfe, ...[...content].flatMap((letter) => [letter.charCodeAt(0), 0])]);
const zeros = (count: number): number[] => new Array<number>(count).fill(0);

/** Given as a model, and what the message has to say about it. */
const files: readonly (readonly [string, Uint8Array, RegExp])[] = [
  ['an empty file', new Uint8Array(0), /empty file/],
  ['an HTML page', text('\n <!DOCTYPE html><html><title>404</title></html>'), /HTML page.*login/],
  ['an HTML page behind a mark of UTF-8', bytes([0xef, 0xbb, 0xbf], '<html></html>'), /HTML page/],
  [
    'a git-lfs pointer',
    text('version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 133\n'),
    /git lfs pull/,
  ],
  ['a .gz', gzipSync(matMulModel(kernel())), /gzip.*gunzip/],
  ['a .zip', bytes('PK', [3, 4, 20, 0, 8, 0], zeros(18), 'model.onnx'), /zip archive.*unpack/],
  ['a PyTorch .pt', bytes('PK', [3, 4], zeros(26), 'archive/data.pkl'), /PyTorch.*torch\.onnx\.export/],
  ['a .keras', bytes('PK', [3, 4], zeros(26), 'metadata.json'), /Keras.*tf2onnx/],
  ['an .ort', bytes([0x18, 0, 0, 0], 'ORTM', zeros(40)), /\.ort.*\.onnx/],
  ['a .tflite', bytes([0x1c, 0, 0, 0], 'TFL3', zeros(40)), /TensorFlow Lite/],
  ['safetensors', bytes([0x18, 0, 0, 0, 0, 0, 0, 0], '{"a":{"dtype":"F32"}}'), /safetensors/],
  ['an old PyTorch pickle', bytes([0x80, 2, 0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46]), /pickle.*torch\.onnx/],
  ['a model.json', text('{"modelTopology": {}}'), /JSON.*@synaprune\/tfjs/],
  ['text in UTF-16', utf16('hello'), /UTF-16/],
  ['other text', text('Access denied'), /got text/],
  ['an .h5', bytes([0x89], 'HDF\r\n', [0x1a, 10], zeros(20)), /HDF5.*tf2onnx/],
  ['a .gguf', bytes('GGUF', [3, 0, 0, 0], zeros(20)), /GGUF/],
  ['an .npy', bytes([0x93], 'NUMPY', [1, 0], zeros(20)), /NumPy/],
  ['a tar', bytes('model.onnx', zeros(247), 'ustar', zeros(250)), /tar archive/],
  [
    'the file of weights beside a model',
    new Uint8Array(Float32Array.of(0.1, -0.2, 0.5).buffer),
    /begin as no model does.*model\.onnx\.data.*externalData/,
  ],
  ['XML', text('<?xml version="1.0"?><net name="x"/>'), /OpenVINO/],
];

describe('a file that is no ONNX model is told by what it is', () => {
  it.each(files)('%s', async (_, file, message) => {
    const wanted = expect.objectContaining({
      name: 'PruneError',
      code: 'bad-model',
      message: expect.stringMatching(message),
    });
    expect(() => findWeights(file)).toThrow(wanted);
    expect(() => decodeModel(file)).toThrow(wanted);
    await expect(pruneOnnx(file, { sparsity: 0.5 })).rejects.toEqual(wanted);
  });

  it('and nothing is guessed about what looks like none of them', () => {
    expect(recogniseFile(Uint8Array.of(8, 7, 3, 4))).toBeUndefined();
    expect(() => findWeights(Uint8Array.of(8, 7, 3, 4))).toThrow(/wire type|field/);
  });

  it('a buffer, a path or a promise in place of bytes is told what to pass', () => {
    expect(() => findWeights(Promise.resolve(new Uint8Array(8)) as never)).toThrow(/got a promise; await it/);
    expect(() => findWeights(new ArrayBuffer(8) as never)).toThrow(/new Uint8Array\(buffer\)/);
    expect(() => findWeights('model.onnx' as never)).toThrow(/read the file first/);
  });
});

it('names out of a file drive no terminal and fill no log', async () => {
  const name = `\u001b[2J${'w'.repeat(60_000)}`;
  const broken = matMulModel({ ...kernel(name), dims: [8n, 17n] });
  expect(() => findWeights(broken)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^graph\/\\u001b\[2Jw{150,}….*need 544$/) }),
  );
  const whole = matMulModel(kernel(name));
  const refused = await pruneOnnx(whole, {
    sparsity: 0.5,
    score: tensorScore(() => undefined as never),
  }).catch(String);
  expect(refused).toMatch(/the score of "\\u001b\[2Jw+…" needs a Float32Array of 128, got undefined$/);
  expect(String(refused).length).toBeLessThan(300);
});
