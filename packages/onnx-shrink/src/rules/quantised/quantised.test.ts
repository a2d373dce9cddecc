import { float, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { cut, integers, type Parts } from '../../testing/cut.js';
import { createRandom } from '../../testing/generate/random.js';

const tolerance = 1e-5;
type Type = 'int8' | 'uint8' | 'int32';
const bytes = (type: Type, shape: readonly number[], seed: number, range = 100) => {
  const draw = createRandom(seed);
  const count = shape.reduce((a, b) => a * b, 1);
  const shift = type === 'uint8' ? 128 : 0;
  return { type, shape, data: Array.from({ length: count }, () => draw.between(-range, range) + shift) };
};
const scales = (...data: readonly number[]) => ({ shape: data.length === 1 ? [] : [data.length], data });
const points = (type: Type, ...data: readonly number[]) => ({
  type,
  shape: data.length === 1 ? [] : [data.length],
  data,
});
const eight = [0.01, 0.02, 0.011, 0.03, 0.012, 0.008, 0.02, 0.015];

describe('DequantizeLinear of a weight', () => {
  const model = (axis: number | undefined, type: Type): Parts => ({
    inputs: { x: [2, 3] },
    weights: { b: [8, 4] },
    tensors: {
      q: bytes(type, [3, 8], 1),
      s: axis === undefined ? scales(0.02) : scales(...eight),
      p: axis === undefined ? points(type, 7) : points(type, 1, 2, 3, 4, 5, 6, 7, 8),
    },
    nodes: [
      ['DequantizeLinear', ['q', 's', 'p'], ['a'], axis === undefined ? {} : { axis }],
      ['MatMul', ['x', 'a'], ['h']],
      ['Relu', ['h'], ['r']],
      ['MatMul', ['r', 'b'], ['y']],
    ],
    outputs: ['y'],
  });

  test.each(['int8', 'uint8'] as const)(
    'of %s loses columns with their scales and zero points',
    async (type) => {
      const { groups, tensors, error } = await cut(model(1, type));
      expect(groups).toEqual(['q[1] 8→4']);
      expect(tensors).toEqual({ q: '3×8→3×4', s: '8→4', p: '8→4', b: '8×4→4×4' });
      expect(error).toBeLessThan(tolerance);
    },
  );

  test('keeps the one scale that all have', async () => {
    const { tensors, error } = await cut(model(undefined, 'uint8'));
    expect(tensors).toEqual({ q: '3×8→3×4', b: '8×4→4×4' });
    expect(error).toBeLessThan(tolerance);
  });

  test('counts as a weight: zeros are added up over without harm', async () => {
    const parts = model(1, 'uint8');
    const { groups, error } = await cut({
      ...parts,
      tensors: { ...parts.tensors, axes: integers(1) },
      nodes: [...parts.nodes!.slice(0, 3), ['ReduceSum', ['r', 'axes'], ['y']]],
    });
    expect(groups).toEqual(['q[1] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });

  test('in blocks is held', async () => {
    const { groups, held } = await cut({
      ...model(1, 'int8'),
      opset: 21,
      tensors: { q: bytes('int8', [4, 8], 1), s: { shape: [2, 8], data: [...eight, ...eight] } },
      inputs: { x: [2, 4] },
      nodes: [
        ['DequantizeLinear', ['q', 's'], ['a'], { axis: 0, block_size: 2 }, 'blocks'],
        ...model(1, 'int8').nodes!.slice(1),
      ],
    });
    expect(groups).toEqual([]);
    expect(held.join()).toContain('node "blocks" (DequantizeLinear), axis 1: its scales are those of blocks');
  });
});

test('values that are quantised and dequantised keep their channels', async () => {
  const { groups, tensors, error } = await cut({
    inputs: { x: [2, 3] },
    weights: { a: [3, 8], b: [8, 4] },
    tensors: { s: scales(0.05), p: points('uint8', 128), axes: integers(1) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['QuantizeLinear', ['h', 's', 'p'], ['q']],
      ['DequantizeLinear', ['q', 's', 'p'], ['d']],
      ['ReduceSum', ['d', 'axes'], ['sum']],
      ['MatMul', ['d', 'b'], ['m']],
      ['Add', ['sum', 'm'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[1] 8→4']);
  expect(tensors).toEqual({ a: '3×8→3×4', b: '8×4→4×4' });
  expect(error).toBeLessThan(tolerance);
});

test('integers read without their zero point are not 0', async () => {
  const { groups, held } = await cut({
    inputs: { x: [2, 3] },
    weights: { a: [3, 8] },
    tensors: { s: scales(0.05), p: points('uint8', 128), axes: integers(1) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['QuantizeLinear', ['h', 's', 'p'], ['q']],
      ['Cast', ['q'], ['f'], { to: 1 }],
      ['ReduceSum', ['f', 'axes'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual([]);
  expect(held[0]).toContain(
    '(ReduceSum), axis 1: it is added up over, and units are not 0 there without weights',
  );
});

describe('DynamicQuantizeLinear', () => {
  const model = (between: readonly NodeParts[]): Parts => ({
    inputs: { x: [2, 3] },
    weights: { a: [3, 8], more: [8] },
    tensors: { w: bytes('uint8', [8, 4], 3), wp: points('uint8', 120), ws: scales(0.01) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ...between,
      ['DynamicQuantizeLinear', ['r'], ['q', 's', 'p'], {}, 'dynamic'],
      ['MatMulInteger', ['q', 'w', 'p', 'wp'], ['i']],
      ['Cast', ['i'], ['f'], { to: 1 }],
      ['Mul', ['s', 'ws'], ['scale']],
      ['Mul', ['f', 'scale'], ['y']],
    ],
    outputs: ['y'],
  });

  test('loses units that are 0, as those say nothing of its range', async () => {
    const { groups, tensors, error } = await cut(model([['Relu', ['h'], ['r']]]));
    expect(groups).toEqual(['a[1] 8→4']);
    expect(tensors).toEqual({ a: '3×8→3×4', w: '8×4→4×4' });
    expect(error).toBeLessThan(tolerance);
  });

  test('holds units that are something without weights', async () => {
    const { groups, held } = await cut(model([['Sigmoid', ['h'], ['r']]]));
    expect(groups).toEqual([]);
    expect(held[0]).toBe(
      'a[1]: node "dynamic" (DynamicQuantizeLinear), axis 1: its range is that of all elements',
    );
  });
});

test('MatMulInteger makes channels, each with a zero point of its own', async () => {
  const { groups, tensors, error } = await cut({
    inputs: { x: [2, 3] },
    weights: { b: [8, 4] },
    tensors: {
      w: bytes('int8', [3, 8], 5),
      wp: points('int8', 1, 2, 3, 4, 5, 6, 7, 8),
      ws: scales(...eight),
    },
    nodes: [
      ['DynamicQuantizeLinear', ['x'], ['q', 's', 'p']],
      ['MatMulInteger', ['q', 'w', 'p', 'wp'], ['i']],
      ['Cast', ['i'], ['f'], { to: 1 }],
      ['Mul', ['s', 'ws'], ['scale']],
      ['Mul', ['f', 'scale'], ['h']],
      ['MatMul', ['h', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['w[1] 8→4']);
  expect(tensors).toEqual({ w: '3×8→3×4', wp: '8→4', ws: '8→4', b: '8×4→4×4' });
  expect(error).toBeLessThan(tolerance);
});

/** Two linear layers in integers, with what stands between. */
const chain = (first: NodeParts, between: readonly NodeParts[], more: Parts['tensors'] = {}): Parts => ({
  inputs: { x: [1, 3, 5, 5] },
  tensors: {
    xs: scales(0.03),
    xp: points('uint8', 120),
    hs: scales(0.05),
    hp: points('uint8', 117),
    ys: scales(0.2),
    yp: points('uint8', 130),
    w: bytes('int8', [8, 3, 3, 3], 7),
    ws: scales(...eight),
    wp: points('int8', 0, 0, 0, 0, 0, 0, 0, 0),
    b: bytes('int32', [8], 8),
    v: bytes('int8', [4, 8, 1, 1], 9),
    vs: scales(0.01),
    vp: points('int8', 0),
    ...more,
  },
  nodes: [
    ['QuantizeLinear', ['x', 'xs', 'xp'], ['q']],
    first,
    ...between,
    ['QLinearConv', ['h1', 'hs', 'hp', 'v', 'vs', 'vp', 'ys', 'yp'], ['o']],
    ['DequantizeLinear', ['o', 'ys', 'yp'], ['y']],
  ],
  outputs: ['y'],
});
const conv: NodeParts = [
  'QLinearConv',
  ['q', 'xs', 'xp', 'w', 'ws', 'wp', 'hs', 'hp', 'b'],
  ['h'],
  { pads: [1, 1, 1, 1] },
];
const gone = { w: '8×3×3×3→4×3×3×3', ws: '8→4', wp: '8→4', b: '8→4', v: '4×8×1×1→4×4×1×1' };

describe('QLinearConv', () => {
  test('loses filters with their scales, zero points and biases', async () => {
    const { groups, tensors, error } = await cut(chain(conv, [['Identity', ['h'], ['h1']]]));
    expect(groups).toEqual(['w[0] 8→4']);
    expect(tensors).toEqual(gone);
    expect(error).toBeLessThan(tolerance);
  });

  test.each([
    ['QLinearSigmoid', ['h', 'hs', 'hp', 'hs', 'hp'], {}],
    ['QLinearLeakyRelu', ['h', 'hs', 'hp', 'hs', 'hp'], { alpha: float(0.1) }],
    ['QLinearAdd', ['h', 'hs', 'hp', 'h', 'hs', 'hp', 'hs', 'hp'], {}],
    ['QLinearMul', ['h', 'hs', 'hp', 'h', 'hs', 'hp', 'hs', 'hp'], {}],
    ['QLinearGlobalAveragePool', ['h', 'hs', 'hp', 'hs', 'hp'], { channels_last: 0 }],
    ['QLinearAveragePool', ['h', 'hs', 'hp', 'hs', 'hp'], { kernel_shape: [2, 2] }],
  ] as const)('and %s hand channels on', async (op, inputs, attributes) => {
    const { groups, tensors, error } = await cut(
      chain(conv, [[`com.microsoft::${op}`, inputs, ['h1'], attributes]]),
    );
    expect(groups).toEqual(['w[0] 8→4']);
    expect(tensors).toEqual(gone);
    expect(error).toBeLessThan(tolerance);
  });

  test('and QLinearConcat puts channels behind others', async () => {
    const { groups, tensors, error } = await cut(
      chain(
        conv,
        [
          [
            'com.microsoft::QLinearConcat',
            ['hs', 'hp', 'q', 'xs', 'xp', 'h', 'hs', 'hp'],
            ['h1'],
            { axis: 1 },
          ],
        ],
        { v: bytes('int8', [4, 11, 1, 1], 9) },
      ),
    );
    expect(groups).toEqual(['w[0] 8→4']);
    expect(tensors).toEqual({ ...gone, v: '4×11×1×1→4×7×1×1' });
    expect(error).toBeLessThan(tolerance);
  });
});

test('ConvInteger loses filters', async () => {
  const { groups, tensors, error } = await cut({
    inputs: { x: [1, 3, 5, 5] },
    weights: { b: [4, 8, 1, 1] },
    tensors: { w: bytes('uint8', [8, 3, 3, 3], 7), wp: points('uint8', 120) },
    nodes: [
      ['DynamicQuantizeLinear', ['x'], ['q', 's', 'p']],
      ['ConvInteger', ['q', 'w', 'p', 'wp'], ['i'], { pads: [1, 1, 1, 1] }],
      ['Cast', ['i'], ['f'], { to: 1 }],
      ['Mul', ['f', 's'], ['h']],
      ['Conv', ['h', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['w[0] 8→4']);
  expect(tensors).toEqual({ w: '8×3×3×3→4×3×3×3', b: '4×8×1×1→4×4×1×1' });
  expect(error).toBeLessThan(tolerance);
});

test('QLinearMatMul and QGemm lose units with their scales', async () => {
  const { groups, tensors, error } = await cut({
    inputs: { x: [2, 3] },
    tensors: {
      xs: scales(0.03),
      xp: points('uint8', 120),
      hs: scales(0.05),
      hp: points('uint8', 117),
      a: bytes('int8', [3, 8], 1),
      as: scales(...eight),
      ap: points('int8', 0, 0, 0, 0, 0, 0, 0, 0),
      b: bytes('int8', [6, 8], 2),
      bs: scales(...eight.slice(0, 6)),
      bp: points('int8', 0, 0, 0, 0, 0, 0),
      bias: bytes('int32', [6], 3),
      c: bytes('int8', [6, 4], 4),
      cs: scales(0.01),
      cp: points('int8', 0),
    },
    nodes: [
      ['QuantizeLinear', ['x', 'xs', 'xp'], ['q']],
      ['QLinearMatMul', ['q', 'xs', 'xp', 'a', 'as', 'ap', 'hs', 'hp'], ['h']],
      ['com.microsoft::QGemm', ['h', 'hs', 'hp', 'b', 'bs', 'bp', 'bias', 'hs', 'hp'], ['g'], { transB: 1 }],
      ['com.microsoft::QGemm', ['g', 'hs', 'hp', 'c', 'cs', 'cp'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[1] 8→4', 'b[0] 6→3']);
  expect(tensors).toEqual({
    a: '3×8→3×4',
    as: '8→4',
    ap: '8→4',
    b: '6×8→3×4',
    bs: '6→3',
    bp: '6→3',
    bias: '6→3',
    c: '6×4→3×4',
  });
  expect(error).toBeLessThan(tolerance);
});

test('weights that are packed hold what they read and make, by their own words', async () => {
  const { held } = await cut({
    inputs: { x: [2, 3] },
    weights: { a: [3, 32], b: [8, 4] },
    tensors: { packed: { ...bytes('uint8', [8, 1, 16], 1), shape: [8, 1, 16] }, s: scales(...eight) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      [
        'com.microsoft::MatMulNBits',
        ['h', 'packed', 's'],
        ['n'],
        { K: 32, N: 8, bits: 4, block_size: 32 },
        'four',
      ],
      ['MatMul', ['n', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(held[0]).toBe(
    'a[1]: node "four" (com.microsoft::MatMulNBits), axis 1: its weights are packed in blocks',
  );
});
