import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ModelInput } from '@synaprune/onnxruntime';
import Zip from 'adm-zip';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { npy } from '../testing/model-folder.js';
import type { ImageOptions } from './image.js';
import { readInputs } from './read-inputs.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'synaprune-inputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const put = (name: string, bytes: Uint8Array): string => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), bytes);
  return join(folder, name);
};
const input = (dims: readonly (number | null)[], more: Partial<ModelInput> = {}): ModelInput => ({
  ...{ name: 'x', dims, names: dims.map(() => undefined), type: 'float32', ...more },
});
const read = (
  path: string,
  declared: ModelInput | readonly ModelInput[],
  most = 99,
  images: ImageOptions = {},
) => readInputs(path, Array.isArray(declared) ? declared : [declared as ModelInput], most, images);
const shapes = async (...options: Parameters<typeof read>) =>
  (await read(...options)).samples.map(({ x }) => (x as { dims: readonly number[] }).dims);
const zipped = (files: Readonly<Record<string, Uint8Array>>): Uint8Array => {
  const archive = new Zip();
  for (const [name, bytes] of Object.entries(files)) archive.addFile(name, Buffer.from(bytes));
  return archive.toBuffer();
};
/** An archive of which one byte is not the one that was written. */
const flipped = (): Uint8Array => {
  const bytes = zipped({ 'x.npy': npy(numbers(400), [200, 2]) });
  const at = bytes.length >> 1;
  return Uint8Array.from(bytes).with(at, bytes[at]! ^ 1);
};
const numbers = (count: number) => Float32Array.from({ length: count }, (_, i) => i);

describe('NumPy arrays', () => {
  it.each<[string, readonly number[], ModelInput, readonly (readonly number[])[]]>([
    [
      'as many samples as rows',
      [3, 2],
      input([null, 2]),
      [
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    ],
    [
      'as the model takes at once',
      [4, 2],
      input([2, 2]),
      [
        [2, 2],
        [2, 2],
      ],
    ],
    ['one sample without the batch', [3, 2], input([1, 3, 2]), [[1, 3, 2]]],
    ['one of steps in time', [5, 2], input([null, 2], { names: ['sequence', undefined] }), [[5, 2]]],
    ['one of a sound', [9], input([null]), [[9]]],
    [
      'as many as the axis counts',
      [2, 2],
      input([null, 2], { names: ['n_samples', undefined] }),
      [
        [1, 2],
        [1, 2],
      ],
    ],
    ['a single number', [], input([]), [[]]],
  ])('are %s', async (_, dims, declared, expected) => {
    const path = put('a.npy', npy(numbers(dims.reduce((a, b) => a * b, 1)), dims));
    expect(await shapes(path, declared)).toEqual(expected);
  });

  it('keep their numbers, in the type of the model', async () => {
    const doubles = put('a.npy', npy(Float64Array.of(1.5, -2, 3, 4), [2, 2]));
    const { samples } = await read(doubles, input([null, 2]));
    expect(samples.map(({ x }) => (x as { data: unknown }).data)).toEqual([
      Float32Array.of(1.5, -2),
      Float32Array.of(3, 4),
    ]);
    const ids = await read(put('b.npy', npy(Uint8Array.of(1, 2), [1, 2])), input([1, 2], { type: 'int64' }));
    expect(ids.samples).toEqual([{ x: { data: BigInt64Array.of(1n, 2n), dims: [1, 2] } }]);
  });

  it('come by name where there are several, and what is one goes with each', async () => {
    const path = put(
      'a.npz',
      zipped({ 'x.npy': npy(numbers(6), [3, 2]), 'rate.npy': npy(BigInt64Array.of(16000n), [1]) }),
    );
    const rate = input([1], { name: 'rate', type: 'int64' });
    const { samples } = await read(path, [input([null, 2]), rate]);
    expect(samples).toHaveLength(3);
    expect(samples[2]).toEqual({
      x: { data: Float32Array.of(4, 5), dims: [1, 2] },
      rate: { data: BigInt64Array.of(16000n), dims: [1] },
    });
  });
});

describe('raw floats', () => {
  it('are samples one after the other', async () => {
    const path = put('a.bin', new Uint8Array(numbers(6).buffer));
    expect(await shapes(path, input([1, 2]))).toEqual([
      [1, 2],
      [1, 2],
      [1, 2],
    ]);
    expect(await shapes(path, input([1, null]))).toEqual([[1, 6]]);
  });
});

describe('pictures', () => {
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 255, g: 0, b: 51 } } })
      .png()
      .toBuffer();

  it('take the size and layout of the model', async () => {
    const path = put('a.png', await picture(40, 20));
    expect(await shapes(path, input([null, 3, 8, 6]))).toEqual([[1, 3, 8, 6]]);
    expect(await shapes(path, input([1, 8, 6, 3]))).toEqual([[1, 8, 6, 3]]);
    expect(await shapes(path, input([1, 3, 10, null]))).toEqual([[1, 3, 10, 20]]);
    expect(await shapes(path, input([1, 1, null, null]))).toEqual([[1, 1, 32, 32]]);
  });

  it('become (pixel · scale − mean) / std, by channel, in the order asked for', async () => {
    const path = put('a.png', await picture(2, 1));
    const data = async (declared: ModelInput, images: ImageOptions = {}) => {
      const { samples } = await read(path, declared, 9, images);
      return [...(samples[0]!.x as { data: Float32Array }).data].map((value) => Number(value.toFixed(4)));
    };
    expect(await data(input([1, 3, 1, 2]))).toEqual([1, 1, 0, 0, 0.2, 0.2]);
    expect(await data(input([1, 2, 1, 3]), { channels: 'bgr' })).toEqual([0.2, 0, 1, 0.2, 0, 1]);
    const scaled = { mean: [0.5, 0.25, 0], std: [0.5], scale: 1 / 255 };
    expect(await data(input([1, 2, 1, 3]), scaled)).toEqual([1, -0.5, 0.4, 1, -0.5, 0.4]);
    expect(await data(input([1, 2, 1, 3], { type: 'uint8' }))).toEqual([255, 0, 51, 255, 0, 51]);
  });
});

describe('a folder', () => {
  it('is read in the order of numbers, and what is left out is told', async () => {
    for (const i of [10, 2, 1]) put(`${i}.npy`, npy(Float32Array.of(i), [1, 1]));
    put('labels.txt', new Uint8Array(1));
    const { samples, notices } = await read(folder, input([null, 1]), 2);
    expect(samples.map(({ x }) => (x as { data: Float32Array }).data[0])).toEqual([1, 2]);
    expect(notices.map(({ code }) => code)).toEqual(['inputs-skipped', 'inputs-limited']);
  });
});

describe('what does not fit is refused with the name of the file', () => {
  const float = npy(numbers(4), [2, 2]);
  it.each<[string, string, Uint8Array, ModelInput | readonly ModelInput[], RegExp]>([
    [
      'another shape',
      'a.npy',
      float,
      input([null, 3]),
      /a\.npy": the model takes "x" in the shape \[\?, 3\], got \[2, 2\]/,
    ],
    [
      'NaN',
      'a.npy',
      npy(Float32Array.of(1, Number.NaN), [1, 2]),
      input([1, 2]),
      /a\.npy": element 1 of "x" is NaN/,
    ],
    [
      'fractions for whole numbers',
      'a.npy',
      npy(Float32Array.of(1, 1.5), [1, 2]),
      input([1, 2], { type: 'int64' }),
      /element 1 of "x" is 1\.5: the model takes int64/,
    ],
    [
      'more than the type holds',
      'a.npy',
      npy(Float32Array.of(300), [1]),
      input([1], { type: 'uint8' }),
      /is 300: the model takes uint8/,
    ],
    [
      'another name',
      'a.npz',
      zipped({ 'y.npy': float, 'z.npy': float }),
      input([null, 2]),
      /a\.npz": the model takes "x", got "y", "z"/,
    ],
    [
      'one array for two',
      'a.npy',
      float,
      [input([null, 2]), input([1], { name: 'y' })],
      /is one array, and the model takes "x", "y"/,
    ],
    ['a broken archive', 'a.npz', new Uint8Array(9), input([null, 2]), /is no \.npz file/],
    ['an archive of which a byte has changed', 'a.npz', flipped(), input([null, 2]), /or a damaged one/],
    [
      'a format that is not known',
      'a.npy',
      float.with(6, 9),
      input([null, 2]),
      /is of the format 9\.0: needed is 1\.0, 2\.0 or 3\.0/,
    ],
    [
      'a number too large for the type',
      'a.npy',
      npy(Float64Array.of(1, 1e300), [1, 2]),
      input([null, 2]),
      /element 1 of "x" is 1e\+300: the model takes float32/,
    ],
    [
      'an array cut short',
      'a.npy',
      float.slice(0, -4),
      input([null, 2]),
      /has 12 bytes for the shape \[2, 2\], which needs 16/,
    ],
    [
      'too few floats',
      'a.bin',
      new Uint8Array(12),
      input([null, 2]),
      /has 12 bytes; float32 of the shape \[\?, 2\] needs a multiple of 8/,
    ],
    [
      'a picture for what takes none',
      'a.png',
      new Uint8Array(9),
      input([null, 2]),
      /is a picture, and the model takes "x" in the shape \[\?, 2\]/,
    ],
    ['no picture', 'a.png', new Uint8Array(9), input([1, 3, 8, 8]), /a\.png" cannot be read as a picture/],
    ['no file of inputs', 'a.txt', new Uint8Array(9), input([1]), /needs to be one of \.npy/],
  ])('%s', async (_, name, bytes, declared, message) => {
    const path = put(name, bytes);
    await expect(read(path, declared)).rejects.toThrow(message);
    await expect(read(path, declared)).rejects.toMatchObject({ code: 'bad-inputs' });
  });
});
