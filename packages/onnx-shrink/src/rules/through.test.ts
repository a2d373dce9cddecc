import { type AttributeParts, float, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { type Cut, cut, integers, type Parts } from '../testing/cut.js';

const tolerance = 1e-5;
const scalar = (data: number, type: 'int64' | 'float32' = 'int64') => ({ type, shape: [], data: [data] });

interface Between {
  readonly inputs?: readonly string[];
  readonly outputs?: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeParts>>;
  readonly tensors?: Parts['tensors'];
  readonly weights?: Parts['weights'];
  readonly before?: readonly NodeParts[];
  readonly after?: readonly NodeParts[];
  readonly opset?: number;
  /** How many channels the product that reads it gets. */
  readonly reads?: number;
  readonly channels?: number;
}

/** [2, 5, 6] → 8 channels → the operator → a product. */
function sequence(op: string, between: Between = {}): Parts {
  const { inputs = ['h'], attributes = {}, channels = 8, reads = channels } = between;
  return {
    opset: between.opset ?? 17,
    inputs: { x: [2, 5, 6] },
    weights: { a: [6, channels], b: [reads, 3], ...between.weights },
    tensors: between.tensors ?? {},
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ...(between.before ?? []),
      [op, inputs, between.outputs ?? ['o'], attributes, 'op'],
      ...(between.after ?? [['Identity', ['o'], ['o1']]]),
      ['MatMul', ['o1', 'b'], ['y']],
    ],
    outputs: ['y'],
  };
}

/** [2, 3, 6, 6] → 8 channels → the operator → a convolution. */
function image(op: string, between: Between = {}): Parts {
  const { inputs = ['h'], attributes = {}, channels = 8, reads = channels } = between;
  return {
    opset: between.opset ?? 17,
    inputs: { x: [2, 3, 6, 6] },
    weights: { a: [channels, 3, 1, 1], b: [4, reads, 1, 1], ...between.weights },
    tensors: between.tensors ?? {},
    nodes: [
      ['Conv', ['x', 'a'], ['h']],
      ...(between.before ?? []),
      [op, inputs, between.outputs ?? ['o'], attributes, 'op'],
      ...(between.after ?? [['Identity', ['o'], ['o1']]]),
      ['Conv', ['o1', 'b'], ['y']],
    ],
    outputs: ['y'],
  };
}

const through: Readonly<Record<string, Parts>> = {
  'CumSum along rows': sequence('CumSum', { inputs: ['h', 'one'], tensors: { one: scalar(1) } }),
  'CumSum along channels that are 0': sequence('CumSum', {
    inputs: ['h', 'two'],
    tensors: { two: scalar(2) },
  }),
  'TopK along rows': sequence('TopK', {
    outputs: ['o', 'at'],
    inputs: ['h', 'k'],
    attributes: { axis: 1 },
    tensors: { k: integers(3) },
  }),
  ReverseSequence: sequence('ReverseSequence', {
    inputs: ['h', 'lengths'],
    attributes: { time_axis: 1, batch_axis: 0 },
    tensors: { lengths: integers(3, 4) },
  }),
  'Compress of rows': sequence('Compress', {
    inputs: ['h', 'which'],
    attributes: { axis: 1 },
    tensors: { which: { type: 'bool', shape: [5], data: [1, 0, 1, 1, 0] } },
  }),
  'GatherND of rows': sequence('GatherND', {
    inputs: ['h', 'at'],
    tensors: { at: { type: 'int64', shape: [3, 2], data: [0, 1, 1, 4, 0, 2] } },
  }),
  'ScatterND of rows': sequence('ScatterND', {
    inputs: ['h', 'at', 'u'],
    weights: { u: [2, 8] },
    tensors: { at: { type: 'int64', shape: [2, 2], data: [0, 1, 1, 4] } },
  }),
  Dropout: sequence('Dropout', { opset: 11, attributes: { ratio: float(0.3) } }),
  Shrink: sequence('Shrink', { attributes: { lambd: float(0.2), bias: float(0.1) } }),
  Mish: sequence('Mish', { opset: 18 }),
  'Clip of bounds that a run computes': sequence('Clip', {
    inputs: ['h', 'low', 'high'],
    before: [
      ['ReduceMin', ['x'], ['low'], { keepdims: 0 }],
      ['ReduceMax', ['x'], ['high'], { keepdims: 0 }],
    ],
  }),
  'PRelu with a slope a channel': sequence('PRelu', { inputs: ['h', 'slope'], weights: { slope: [8] } }),
  'PRelu with one slope': sequence('PRelu', { inputs: ['h', 'slope'], weights: { slope: [1] } }),
  'PRelu of images': image('PRelu', { inputs: ['h', 'slope'], weights: { slope: [8, 1, 1] } }),
  'Pad of rows that axes name': sequence('Pad', {
    opset: 18,
    inputs: ['h', 'pads', '', 'axes'],
    tensors: { pads: integers(1, 2), axes: integers(1) },
  }),
  'Pad by less than nothing': sequence('Pad', {
    inputs: ['h', 'pads'],
    tensors: { pads: integers(0, -1, 0, 0, -2, 0) },
  }),
  'DepthToSpace DCR': image('DepthToSpace', { attributes: { blocksize: 2 }, channels: 16, reads: 4 }),
  'DepthToSpace CRD': image('DepthToSpace', {
    attributes: { blocksize: 2, mode: 'CRD' },
    channels: 16,
    reads: 4,
  }),
  SpaceToDepth: image('SpaceToDepth', { attributes: { blocksize: 2 }, reads: 32 }),
  GridSample: image('GridSample', { inputs: ['h', 'grid'], weights: { grid: [2, 3, 4, 2] } }),
  RoiAlign: image('RoiAlign', {
    inputs: ['h', 'rois', 'of'],
    attributes: { output_height: 2, output_width: 3 },
    tensors: { rois: { shape: [2, 4], data: [0, 0, 3, 3, 1, 1, 5, 4] }, of: integers(0, 1) },
  }),
  'Resize by scales': image('Resize', {
    inputs: ['h', '', 'scales'],
    tensors: { scales: { shape: [4], data: [1, 1, 2, 1.5] } },
  }),
  'Resize of axes that are named': image('Resize', {
    opset: 18,
    inputs: ['h', '', '', 'sizes'],
    attributes: { axes: [2, 3] },
    tensors: { sizes: integers(9, 12) },
  }),
  'Resize to sizes with the channels that were': image('Resize', {
    inputs: ['h', '', '', 'sizes'],
    tensors: { sizes: integers(2, 8, 9, 12) },
  }),
  'Resize to sizes from a shape': image('Resize', {
    inputs: ['h', '', '', 'sizes'],
    tensors: { zero: integers(0), two: integers(2), wide: integers(9, 12) },
    before: [
      ['Shape', ['h'], ['s']],
      ['Slice', ['s', 'zero', 'two'], ['front']],
      ['Concat', ['front', 'wide'], ['sizes'], { axis: 0 }],
    ],
  }),
  'Upsample of opset 9': image('Upsample', {
    opset: 9,
    inputs: ['h', 'scales'],
    tensors: { scales: { shape: [4], data: [1, 1, 2, 2] } },
  }),
  'MaxPool with auto_pad': image('MaxPool', {
    attributes: { kernel_shape: [3, 3], auto_pad: 'SAME_UPPER', strides: [2, 2] },
  }),
  'AveragePool rounded up': image('AveragePool', {
    opset: 19,
    attributes: { kernel_shape: [3, 3], ceil_mode: 1, strides: [2, 2] },
  }),
  'Slice of every other channel': sequence('Slice', {
    inputs: ['h', 'from', 'to', 'axes', 'steps'],
    tensors: { from: integers(1), to: integers(8), axes: integers(2), steps: integers(2) },
    reads: 4,
  }),
  'Slice of every third channel from the end, of opset 9': sequence('Slice', {
    inputs: ['h', 'from', 'to', 'axes', 'steps'],
    opset: 11,
    tensors: { from: integers(-1), to: integers(-100), axes: integers(-1), steps: integers(-3) },
    reads: 3,
  }),
  'Slice to half the channels, computed': sequence('Slice', {
    inputs: ['h', 'zero', 'half', 'axis'],
    tensors: { zero: integers(0), two: integers(2), axis: integers(2) },
    before: [
      ['Shape', ['h'], ['s']],
      ['Gather', ['s', 'two'], ['n']],
      ['Div', ['n', 'two'], ['half']],
    ],
    reads: 4,
  }),
  'Slice of rows and channels to the end': sequence('Slice', {
    inputs: ['h', 'from', 'to', 'axes'],
    tensors: {
      from: integers(1, 2),
      to: { type: 'int64', shape: [2], data: [9223372036854775807n, 9223372036854775807n] },
      axes: integers(1, 2),
    },
    reads: 6,
  }),
  'Slice of opset 9': sequence('Slice', {
    opset: 9,
    attributes: { starts: [2], ends: [7], axes: [2] },
    reads: 5,
  }),
  'Squeeze without axes': sequence('Squeeze', {
    opset: 13,
    before: [['Unsqueeze', ['h', 'three'], ['u']]],
    inputs: ['u'],
    tensors: { three: integers(3) },
  }),
  'Squeeze of opset 11': sequence('Squeeze', {
    opset: 11,
    before: [['Unsqueeze', ['h'], ['u'], { axes: [0] }]],
    inputs: ['u'],
  }),
  'Reshape to [0, 0, -1]': sequence('Reshape', { inputs: ['h', 'to'], tensors: { to: integers(0, 0, -1) } }),
  'Reshape to [-1, C]': sequence('Reshape', { inputs: ['h', 'to'], tensors: { to: integers(-1, 8) } }),
  'Reshape to rows that are computed': sequence('Reshape', {
    inputs: ['h', 'to'],
    tensors: { zero: integers(0), one: integers(1), c: integers(8) },
    before: [
      ['Shape', ['h'], ['s']],
      ['Gather', ['s', 'zero'], ['n']],
      ['Gather', ['s', 'one'], ['t']],
      ['Mul', ['n', 't'], ['nt']],
      ['Concat', ['nt', 'c'], ['to'], { axis: 0 }],
    ],
  }),
  'Flatten beside a shape that is computed': sequence('Flatten', { attributes: { axis: 2 } }),
  'Einsum of rows with a weight': sequence('Einsum', {
    inputs: ['h', 'w'],
    attributes: { equation: 'btc,cd->btd' },
    weights: { w: [8, 7] },
    reads: 7,
  }),
  'Einsum with rows that are turned': sequence('Einsum', {
    inputs: ['h', 'g'],
    attributes: { equation: '...c,c->...c' },
    weights: { g: [8] },
  }),
};

describe('channels go through', () => {
  test.each(Object.entries(through))('%s', async (_, parts) => {
    const { groups, tensors, error } = await cut(parts);
    const channels = Number(/(\d+)→/.exec(groups[0] ?? '')?.[1]);
    expect(groups[0]).toMatch(/^a\[[01]\] \d+→\d+$/);
    expect(channels).toBeGreaterThan(1);
    expect(tensors).toHaveProperty('a');
    expect(error).toBeLessThan(tolerance);
  });
});

const heldBy: Readonly<Record<string, readonly [Parts, string]>> = {
  'CumSum along channels that are something': [
    sequence('CumSum', {
      inputs: ['g', 'two'],
      tensors: { two: scalar(2) },
      before: [['Sigmoid', ['h'], ['g']]],
    }),
    'axis 2: it is added up along, and units are not 0 there without weights',
  ],
  'TopK along channels': [
    sequence('TopK', { outputs: ['o', 'at'], inputs: ['h', 'k'], tensors: { k: integers(3) }, reads: 3 }),
    'axis 2: it is ranked',
  ],
  'GatherElements along channels': [
    sequence('GatherElements', {
      inputs: ['h', 'at'],
      attributes: { axis: 2 },
      tensors: { at: { type: 'int64', shape: [2, 5, 4], data: Array.from({ length: 40 }, (_, i) => i % 8) } },
      reads: 4,
    }),
    'axis 2: it is looked up by numbers that a run computes',
  ],
  'ScatterElements along channels': [
    sequence('ScatterElements', {
      inputs: ['h', 'at', 'u'],
      attributes: { axis: 2 },
      weights: { u: [2, 5, 1] },
      tensors: { at: { type: 'int64', shape: [2, 5, 1], data: Array.from({ length: 10 }, (_, i) => i % 8) } },
    }),
    'axis 2: it is written to where a run computes',
  ],
  'Compress of channels': [
    sequence('Compress', {
      inputs: ['h', 'which'],
      attributes: { axis: 2 },
      tensors: { which: { type: 'bool', shape: [8], data: [1, 0, 1, 1, 0, 1, 0, 0] } },
      reads: 4,
    }),
    'axis 2: what of it stays is for a run to say',
  ],
  LRN: [
    image('LRN', { attributes: { size: 3 } }),
    "axis 1: it is normalised over: without a unit the others change; across: 'normalisation' allows it",
  ],
  'Pad of channels': [
    sequence('Pad', { inputs: ['h', 'pads'], tensors: { pads: integers(0, 0, 1, 0, 0, 0) }, reads: 9 }),
    'axis 2: it is padded',
  ],
  'Resize of channels': [
    image('Resize', {
      inputs: ['h', '', 'scales'],
      attributes: { mode: 'nearest' },
      tensors: { scales: { shape: [4], data: [1, 2, 1, 1] } },
      reads: 16,
    }),
    'axis 1: it is resized',
  ],
  'Trilu of channels': [sequence('Trilu'), 'axis 2: where an element stands says whether it stays'],
  'MaxPool that says where the largest stand': [
    {
      ...image('MaxPool', { attributes: { kernel_shape: [2, 2] } }),
      nodes: [
        ['Conv', ['x', 'a'], ['h']],
        ['MaxPool', ['h'], ['o', 'where'], { kernel_shape: [2, 2] }, 'op'],
        ['Cast', ['where'], ['f'], { to: 1 }],
        ['Add', ['o', 'f'], ['s']],
        ['Conv', ['s', 'b'], ['y']],
      ],
    },
    'axis 1: where the largest stand is counted over all of it',
  ],
};

describe('channels stay, and the operator says why', () => {
  test.each(Object.entries(heldBy))('%s', async (_, [parts, why]) => {
    const { groups, held, error }: Cut = await cut(parts);
    expect(groups).toEqual([]);
    expect(held[0]).toMatch(/^a\[[012]\]: node "op" \(\w+\), axis/);
    expect(held[0]).toContain(why);
    expect(error).toBeLessThan(tolerance);
  });
});

test('MeanVarianceNormalization has channels go, which onnxruntime makes NaN of where they are 0', async () => {
  const { tensors, held } = await cut(image('MeanVarianceNormalization'));
  expect(tensors).toEqual({ a: '8×3×1×1→4×3×1×1', b: '4×8×1×1→4×4×1×1' });
  expect(held).toEqual(['b[0]: the output "y", axis 1: it is given out']);
});

test('an operator that nothing is known of holds what it reads', async () => {
  const { groups, held } = await cut({
    inputs: { x: [2, 6] },
    weights: { a: [6, 8], b: [8, 3] },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['SequenceConstruct', ['h'], ['list'], {}, 'list'],
      ['ConcatFromSequence', ['list'], ['o'], { axis: 0 }],
      ['MatMul', ['o', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual([]);
  expect(held[0]).toBe('a[1]: node "list" (SequenceConstruct), axis 1: it makes or reads a sequence');
});
