import { tensorScore } from '@synaprune/core';
import { describe, expect, it } from 'vitest';
import { type BuiltTensor, buildTflite } from '../testing/build-tflite.js';
import { normals, normalTensor, smallNet } from '../testing/small-models.js';
import { dataOf, valuesOf } from '../testing/tensor-data.js';
import { findTfliteWeights } from '../weights/find-weights.js';
import { pruneTflite } from './prune-tflite.js';

const KERNELS = ['first/w', 'each/w', 'point/w', 'out/w'];

describe('a pruned model', () => {
  it('has zeros where the smallest elements of all kernels were, and nothing else differs', async () => {
    const dense = smallNet();
    const { model, report } = await pruneTflite(dense, { sparsity: 0.6 });
    expect(report.weights.map(({ name }) => name)).toEqual(KERNELS);
    const all = KERNELS.flatMap((name) =>
      [...valuesOf(dense, name)].map((value, index) => ({ name, index, size: Math.abs(value) })),
    );
    all.sort((a, b) => a.size - b.size);
    const count = Math.floor(0.6 * all.length);
    const expected = Uint8Array.from(dense);
    for (const { name, index } of all.slice(0, count)) {
      const at = placeOf(dense, name) + 4 * index;
      expected.fill(0, at, at + 4);
    }
    expect(model).toEqual(expected);
    expect(report.total.zeros).toEqual({ before: 0, after: count });
    expect(report.sizeBytes).toEqual({ before: dense.length, after: dense.length });
  });

  it('leaves what it was given as it was', async () => {
    const dense = smallNet();
    const copy = Uint8Array.from(dense);
    await pruneTflite(dense, { sparsity: 0.9 });
    expect(dense).toEqual(copy);
  });

  it('is read where it begins in a larger buffer', async () => {
    const dense = smallNet();
    const larger = new Uint8Array(dense.length + 7);
    larger.set(dense, 3);
    const { model } = await pruneTflite(larger.subarray(3, 3 + dense.length), { sparsity: 0.5 });
    expect(model).toEqual((await pruneTflite(dense, { sparsity: 0.5 })).model);
  });

  it('is pruned by patterns and scores of its own, as the options say', async () => {
    const dense = smallNet();
    const channels = await pruneTflite(dense, {
      sparsity: 0.5,
      select: 'point/w',
      pattern: { kind: 'channel', axis: 0 },
    });
    const rows = Array.from({ length: 16 }, (_, row) => {
      return valuesOf(channels.model, 'point/w').slice(8 * row, 8 * row + 8);
    });
    expect(rows.filter((row) => row.every((value) => value === 0))).toHaveLength(8);
    expect(rows.filter((row) => row.every((value) => value !== 0))).toHaveLength(8);
    const scored = await pruneTflite(dense, {
      sparsity: 0.25,
      select: 'point/w',
      score: tensorScore(({ weight: { elements } }) => Float32Array.from({ length: elements }, (_, i) => i)),
    });
    expect(valuesOf(scored.model, 'point/w').findIndex((value) => value !== 0)).toBe(32);
  });
});

/** A fully connected layer with another weight, and what lies before it. */
function layer(w: BuiltTensor, dequantised = false): Uint8Array<ArrayBuffer> {
  const [out, inputs] = w.shape as [number, number];
  return buildTflite({
    inputs: ['x'],
    outputs: ['y'],
    tensors: {
      x: { shape: [1, inputs] },
      w,
      ...(dequantised ? { wide: { shape: w.shape } } : {}),
      y: { shape: [1, out] },
    },
    operators: [
      ...(dequantised ? [['DEQUANTIZE', ['w'], ['wide'], 'DequantizeOptions', {}] as const] : []),
      ['FULLY_CONNECTED', ['x', dequantised ? 'wide' : 'w', ''], ['y'], 'FullyConnectedOptions', {}],
    ],
  });
}

describe('a weight in fewer bits', () => {
  it('of float16 behind DEQUANTIZE becomes +0', async () => {
    // 1, -0.5, 2⁻²⁴, -0, 3, -4, 0.25, -65504
    const bits = Uint16Array.of(0x3c00, 0xb800, 0x0001, 0x8000, 0x4200, 0xc400, 0x3400, 0xfbff);
    const dense = layer({ shape: [2, 4], type: 'float16', data: bits }, true);
    const { model, report } = await pruneTflite(dense, { sparsity: 0.5 });
    const kept = [0x3c00, 0, 0, 0, 0x4200, 0xc400, 0, 0xfbff];
    expect([...new Uint16Array(dataOf(model, 'w').buffer)]).toEqual(kept);
    expect(report.weights).toMatchObject([
      { name: 'w', dataType: 'float16', zeros: { before: 1, after: 4 } },
    ]);
  });

  it('of int8 becomes the zero point of its channel, and ranks by what it stands for', async () => {
    const codes = Int8Array.of(10, 3, -20, 1, 5, 6, 127, -5);
    const quantization = {
      scale: Float32Array.of(1, 0.01),
      zeroPoint: BigInt64Array.of(2n, -5n),
      quantizedDimension: 0,
    };
    const dense = layer({ shape: [2, 4], type: 'int8', data: codes, quantization });
    // Rows stand for 8, 1, -22, -1 and 0.1, 0.11, 1.32, 0.
    const { model, report } = await pruneTflite(dense, { sparsity: 0.5 });
    expect([...new Int8Array(dataOf(model, 'w').buffer)]).toEqual([10, 2, -20, 1, -5, -5, 127, -5]);
    expect(report.weights).toMatchObject([{ dataType: 'int8', zeros: { before: 1, after: 4 } }]);
  });

  it('of uint8 and of int4, two a byte, becomes its zero point', async () => {
    const bytes = layer({
      shape: [2, 4],
      type: 'uint8',
      data: Uint8Array.of(128, 129, 120, 255, 0, 127, 126, 130),
      quantization: { scale: Float32Array.of(0.5), zeroPoint: BigInt64Array.of(128n) },
    });
    const pruned = await pruneTflite(bytes, { sparsity: 0.5 });
    expect([...dataOf(pruned.model, 'w')]).toEqual([128, 128, 120, 255, 0, 128, 128, 130]);
    // 1, -1, 7, -8, 2, -3, 0, 4: the low half of a byte comes first.
    const halves = layer({
      shape: [2, 4],
      type: 'int4',
      data: Uint8Array.of(0xf1, 0x87, 0xd2, 0x40),
      quantization: { scale: Float32Array.of(0.5) },
    });
    const { model } = await pruneTflite(halves, { sparsity: 0.5 });
    expect([...dataOf(model, 'w')]).toEqual([0x00, 0x87, 0xd0, 0x40]);
  });

  it.each([
    ['without a scale', undefined, 'kernel of FULLY_CONNECTED, of type int8, without a scale'],
    [
      'with a zero point that it cannot hold',
      { scale: Float32Array.of(1), zeroPoint: BigInt64Array.of(300n) },
      'kernel of FULLY_CONNECTED, quantised, and its zero point 300 is no int8',
    ],
    [
      'with scales that do not fit',
      { scale: Float32Array.of(1, 2, 3), quantizedDimension: 1 },
      'kernel of FULLY_CONNECTED, its 3 scales do not fit axis 1 of [2,4]',
    ],
    [
      'in blocks',
      { scale: Float32Array.of(1), detailsType: 2, details: { scales: 0, blockSize: 2 } },
      'kernel of FULLY_CONNECTED, quantised in a way of its own (blocks, several axes)',
    ],
  ])('%s is left alone, and named it is refused', async (_, quantization, reason) => {
    const bytes = layer({
      shape: [2, 4],
      type: 'int8',
      data: new Int8Array(8),
      ...(quantization === undefined ? {} : { quantization }),
    });
    expect(findTfliteWeights(bytes)).toMatchObject([{ name: 'w', pruned: false, reason }]);
    await expect(pruneTflite(bytes, { sparsity: 0.5 })).rejects.toMatchObject({ code: 'no-weights' });
    await expect(pruneTflite(bytes, { sparsity: 0.5, select: 'w' })).rejects.toMatchObject({
      code: 'unsupported',
    });
  });
});

describe('data that several tensors share', () => {
  const shared = (second: BuiltTensor) =>
    buildTflite([
      {
        inputs: ['x'],
        outputs: ['y'],
        tensors: {
          x: { shape: [1, 8] },
          a: { shape: [8, 8], data: normals(64, 9) },
          b: second,
          mid: { shape: [1, 8] },
          y: { shape: [1, 8] },
        },
        operators: [
          ['FULLY_CONNECTED', ['x', 'a', ''], ['mid'], 'FullyConnectedOptions', {}],
          ['FULLY_CONNECTED', ['mid', 'b', ''], ['y'], 'FullyConnectedOptions', {}],
        ],
      },
    ]);

  it('is one weight with the uses of all of them', async () => {
    const { report } = await pruneTflite(shared({ shape: [8, 8], dataOf: 'a' }), { sparsity: 0.5 });
    expect(report.weights).toMatchObject([{ name: 'a', elements: 64, zeros: { after: 32 } }]);
  });

  it('in different shapes is left alone', () => {
    expect(findTfliteWeights(shared({ shape: [16, 4], dataOf: 'a' }))).toMatchObject([
      { name: 'a', pruned: false, role: 'shared' },
    ]);
  });
});

it('lists every tensor that has data with its role, its place and why', () => {
  const listed = findTfliteWeights(smallNet());
  expect(listed.map(({ name, place, role, pruned, reason }) => [name, place, role, pruned, reason])).toEqual([
    ['first/w', 'main/1', 'kernel', true, 'kernel of CONV_2D'],
    ['first/b', 'main/2', 'bias', false, 'bias of CONV_2D'],
    ['each/w', 'main/4', 'kernel', true, 'kernel of DEPTHWISE_CONV_2D'],
    ['each/b', 'main/5', 'bias', false, 'bias of DEPTHWISE_CONV_2D'],
    ['point/w', 'main/7', 'kernel', true, 'kernel of CONV_2D'],
    ['point/b', 'main/8', 'bias', false, 'bias of CONV_2D'],
    ['axes', 'main/10', 'setting', false, 'setting of MEAN'],
    ['out/w', 'main/12', 'kernel', true, 'kernel of FULLY_CONNECTED'],
    ['out/b', 'main/13', 'bias', false, 'bias of FULLY_CONNECTED'],
  ]);
});

it('finds the kernels of recurrent layers, of transposed convolutions and of the user’s own subgraphs', () => {
  const inputs = [
    'x',
    'k0',
    'k1',
    'k2',
    'k3',
    'r0',
    'r1',
    'r2',
    'r3',
    '',
    '',
    '',
    'b',
    'b',
    'b',
    'b',
    '',
    '',
    'h',
    'c',
  ];
  const square = (seed: number) => normalTensor([4, 4], seed);
  const bytes = buildTflite([
    {
      inputs: ['x'],
      outputs: ['y'],
      tensors: {
        x: { shape: [1, 5, 4] },
        ...Object.fromEntries(
          [0, 1, 2, 3].flatMap((i) => [
            [`k${i}`, square(i)],
            [`r${i}`, square(i + 4)],
          ]),
        ),
        b: normalTensor([4], 9),
        h: { shape: [1, 4], more: { isVariable: 1 } },
        c: { shape: [1, 4], more: { isVariable: 1 } },
        y: { shape: [1, 5, 4] },
      },
      operators: [['UNIDIRECTIONAL_SEQUENCE_LSTM', inputs, ['y'], 'UnidirectionalSequenceLSTMOptions', {}]],
    },
    {
      name: 'other',
      inputs: ['x'],
      outputs: ['y'],
      tensors: {
        x: { shape: [1, 4, 4, 2] },
        shape: { shape: [4], type: 'int32', data: Int32Array.of(1, 8, 8, 2) },
        k0: normalTensor([2, 2, 2, 2], 20),
        y: { shape: [1, 8, 8, 2] },
      },
      operators: [
        ['TRANSPOSE_CONV', ['shape', 'k0', 'x'], ['y'], 'TransposeConvOptions', { strideW: 2, strideH: 2 }],
      ],
    },
  ]);
  const found = findTfliteWeights(bytes);
  expect(found.filter(({ pruned }) => pruned).map(({ name, role }) => `${name}: ${role}`)).toEqual([
    'k0 (0/1): kernel',
    'r0: recurrent kernel',
    'k1: kernel',
    'r1: recurrent kernel',
    'k2: kernel',
    'r2: recurrent kernel',
    'k3: kernel',
    'r3: recurrent kernel',
    'k0 (1/2): kernel',
  ]);
  expect(found.find(({ name }) => name === 'shape')?.role).toBe('setting');
});

describe('what cannot be pruned is refused', () => {
  it('with the reason', async () => {
    const dense = smallNet();
    const codeOf = async (bytes: unknown, options: object = { sparsity: 0.5 }) =>
      await pruneTflite(bytes as never, options as never).then(
        () => 'nothing',
        (error: Error & { code?: string }) => error.code ?? error.name,
      );
    expect(await codeOf(new Uint8Array(0))).toBe('bad-model');
    expect(await codeOf(dense.subarray(0, dense.length - 200))).toBe('bad-model');
    expect(await codeOf(dense.buffer)).toBe('TypeError');
    expect(await codeOf(dense, { sparsity: 2 })).toBe('RangeError');
    expect(await codeOf(dense, { sparsity: 0.5, scope: 'global' })).toBe('TypeError');
    expect(await codeOf(dense, { sparsity: 0.5, select: 'none' })).toBe('unmatched-selector');
    expect(await codeOf(dense, { sparsity: 0.5, select: 'axes' })).toBe('unsupported');
  });
});

/** Where a tensor's data begins. */
function placeOf(bytes: Uint8Array, name: string): number {
  return Buffer.from(bytes).indexOf(Buffer.from(dataOf(bytes, name)));
}
