import { type Attribute, buildModel, float } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { isEachAlone } from '../testing/each-alone.js';
import { randomTensor, type TestModel, type TestNode, type TestTensor } from '../testing/models.js';
import { attentionRules } from './attention-axes.js';
import { axisRules } from './batch-axes.js';

const list = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const number = (data: number, type: 'float32' | 'uint8' = 'float32'): TestTensor => ({
  type,
  shape: [],
  data: [data],
});
const positive = (...shape: number[]): TestTensor => {
  const { data } = randomTensor(shape, 9);
  return { shape, data: data.map((x) => x + 1.5) };
};

/** Nodes from `h` of `[1, 4, 6]`, or of `image` once it is reshaped, or from its sigmoid `s`, to `y`. */
interface Case {
  readonly nodes: readonly TestNode[];
  readonly tensors?: Readonly<Record<string, TestTensor>>;
  readonly image?: readonly number[];
  readonly opset?: number;
}

const modelOf = ({ nodes, tensors, image, opset = 17 }: Case): TestModel => ({
  opset,
  inputs: { x: { shape: [1, 4, 6] } },
  tensors: { w: randomTensor([6, 6], 1), ...tensors, ...(image && { image: list(...image) }) },
  nodes: [
    ['MatMul', ['x', 'w'], [image ? 'product' : 'h']],
    ...(image ? [['Reshape', ['product', 'image'], ['h']] as const] : []),
    ['Sigmoid', ['h'], ['s']],
    ...nodes,
  ],
  outputs: ['y'],
});

type Attributes = Readonly<Record<string, Attribute>>;

/** One node of `s`, or of `h`, and of others by the names of their tensors. */
const one = (
  op: string,
  attributes: Attributes = {},
  { tensors = {}, from = 's', ...more }: Partial<Case> & { readonly from?: string } = {},
): [string, Case] => [
  `${op} ${JSON.stringify(attributes)}`,
  { nodes: [[op, [from, ...Object.keys(tensors)], ['y'], attributes]], tensors, ...more },
];

/** Nothing learns through the result: `h` comes to it. */
const besideSteps = ([what, { nodes, ...rest }]: [string, Case], type = 1): [string, Case] => {
  const [op, inputs, , attributes] = nodes[0]!;
  const steps: TestNode[] = [
    [op, inputs, ['result'], attributes ?? {}],
    ['Cast', ['result'], ['float'], { to: type }],
    ['Add', ['float', 'h'], ['y']],
  ];
  return [what, { nodes: steps, ...rest }];
};

const names = (text: string): readonly string[] => text.split(' ');
const c = { c: positive(6) };
const two = [1, 2, 3, 4];
const channels = { scale: positive(2), bias: randomTensor([2], 4) };
const quantised = (scale: TestTensor, zero: TestTensor, attributes: Attributes): Case => ({
  tensors: { scale, zero },
  nodes: [
    ['QuantizeLinear', ['h', 'scale', 'zero'], ['q'], attributes],
    ['DequantizeLinear', ['q', 'scale', 'zero'], ['y'], attributes],
  ],
});

const cases: readonly [string, Case][] = [
  ...names('Abs Acos Asin Asinh Atan Atanh Celu Cos Cosh Dropout Elu Erf Exp HardSigmoid HardSwish').map(
    (op) => one(op),
  ),
  ...names('Identity LeakyRelu Log Neg Reciprocal Relu Selu Sigmoid Sin Sinh Softplus Softsign Sqrt').map(
    (op) => one(op),
  ),
  ...names('Tan Tanh').map((op) => one(op)),
  one('ThresholdedRelu', { alpha: float(0.4) }),
  one('Shrink', { lambd: float(0.4) }),
  one('Cast', { to: 1 }),
  one('Clip', {}, { tensors: { low: number(0.3), high: number(0.6) } }),
  one('Gelu', {}, { opset: 20 }),
  one('Mish', {}, { opset: 18 }),
  one('Swish', {}, { opset: 24 }),
  [
    'Acosh',
    {
      nodes: [
        ['Exp', ['s'], ['e']],
        ['Acosh', ['e'], ['y']],
      ],
    },
  ],
  ...names('Ceil Floor Round Sign IsInf IsNaN').map((op) => besideSteps(one(op, {}, { from: 'h' }))),
  ...names('Add Div Max Mean Min Mul PRelu Pow Sub Sum').map((op) => one(op, {}, { tensors: c })),
  one('Mod', { fmod: 1 }, { tensors: { c: { shape: [6], data: [0.3, 0.2, 0.4, 0.7, 0.15, 0.6] } } }),
  one('CastLike', {}, { tensors: c }),
  ...names('Equal Greater GreaterOrEqual Less LessOrEqual').map((op) =>
    besideSteps(one(op, {}, { tensors: { half: number(0.5) } })),
  ),
  ...names('And Or Xor').map((op): [string, Case] => [
    op,
    {
      tensors: { half: number(0.5), third: number(0.3) },
      nodes: [
        ['Greater', ['s', 'third'], ['a']],
        ['Less', ['s', 'half'], ['b']],
        ['Not', ['b'], ['n']],
        [op, ['a', 'n'], ['both']],
        ['Where', ['both', 's', 'h'], ['y']],
      ],
    },
  ]),
  // Samples along the first axis.
  one('Conv', {}, { image: two, tensors: { k: randomTensor([3, 2, 2, 2], 2) } }),
  one('ConvTranspose', {}, { image: two, tensors: { k: randomTensor([2, 3, 2, 2], 2) } }),
  ...names('MaxPool AveragePool').map((op) => one(op, { kernel_shape: [2, 2] }, { image: two })),
  one('LpPool', { kernel_shape: [2, 2], p: 3 }, { image: two }),
  ...names('GlobalAveragePool GlobalMaxPool GlobalLpPool').map((op) => one(op, {}, { image: two })),
  one(
    'BatchNormalization',
    {},
    {
      image: two,
      tensors: { ...channels, mean: randomTensor([2], 5), variance: positive(2) },
    },
  ),
  one('InstanceNormalization', {}, { image: two, tensors: channels }),
  one('GroupNormalization', { num_groups: 1 }, { image: two, tensors: channels, opset: 21 }),
  one('DepthToSpace', { blocksize: 2 }, { image: [1, 4, 2, 3] }),
  one('SpaceToDepth', { blocksize: 2 }, { image: [1, 2, 2, 6] }),
  one('LRN', { size: 3 }, { image: two }),
  [
    'Resize',
    {
      image: two,
      tensors: { scales: { shape: [4], data: [1, 1, 2, 1.5] } },
      nodes: [['Resize', ['h', '', 'scales'], ['y'], { mode: 'linear' }]],
    },
  ],
  one('Upsample', {}, { image: two, opset: 9, tensors: { scales: { shape: [4], data: [1, 1, 2, 3] } } }),
  one('Col2Im', {}, { tensors: { size: list(3, 4), block: list(2, 2) }, opset: 18 }),
  // Along one axis, or from one on.
  ...names('Softmax LogSoftmax').map((op) => one(op, { axis: 1 })),
  ...names('Softmax Hardmax').map((op) => besideSteps(one(op, { axis: -1 }, { opset: 12 }))),
  besideSteps(one('Hardmax', { axis: 1 })),
  one('LayerNormalization', { axis: 2 }, { tensors: { c: positive(6), bias: randomTensor([6]) } }),
  one('RMSNormalization', { axis: 1 }, { tensors: { c: positive(4, 6) }, opset: 23 }),
  ...names(
    'ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd',
  ).flatMap((op) => [one(op, { axes: [-1], keepdims: 0 }), one(op, { axes: [2, 1] })]),
  one('ReduceSumSquare', { axes: [1], keepdims: 0 }),
  one('ReduceSum', { keepdims: 0 }, { tensors: { axes: list(-1, 1) } }),
  ...names('ArgMax ArgMin').flatMap((op) => [
    besideSteps(one(op, { axis: -1 })),
    besideSteps(one(op, { axis: 1, select_last_index: 1 })),
  ]),
  [
    'ArgMin of an axis that goes',
    {
      tensors: { table: randomTensor([6, 3], 7) },
      nodes: [
        ['ArgMin', ['h'], ['at'], { axis: 2, keepdims: 0 }],
        ['Gather', ['table', 'at'], ['y']],
      ],
    },
  ],
  ['TopK', { tensors: { k: list(2) }, nodes: [['TopK', ['h', 'k'], ['y', 'at'], { axis: 1 }]] }],
  ...[1, 2].flatMap((p) => [-1, 1].map((axis) => one('LpNormalization', { axis, p }))),
  ['QuantizeLinear and DequantizeLinear of one scale', quantised(number(0.1), number(130, 'uint8'), {})],
  [
    'QuantizeLinear and DequantizeLinear of a scale a channel',
    quantised(
      { shape: [4], data: [0.1, 0.05, 0.2, 0.3] },
      { type: 'uint8', shape: [4], data: [128, 120, 130, 140] },
      { axis: 1 },
    ),
  ],
  [
    'QuantizeLinear and DequantizeLinear of one scale, across samples side by side',
    {
      tensors: { scale: { shape: [1], data: [0.1] }, zero: { type: 'uint8', shape: [1], data: [130] } },
      nodes: [
        ['Transpose', ['h'], ['t'], { perm: [1, 0, 2] }],
        ['QuantizeLinear', ['t', 'scale', 'zero'], ['q']],
        ['DequantizeLinear', ['q', 'scale', 'zero'], ['d']],
        ['Transpose', ['d'], ['y'], { perm: [1, 0, 2] }],
      ],
    },
  ],
  one('CumSum', {}, { tensors: { axis: list(2) } }),
  one('Trilu'),
  // Moving elements, and products.
  one('Einsum', { equation: 'bij,jk->bik' }, { tensors: { v: randomTensor([6, 3], 2) } }),
  one('MatMul', {}, { tensors: { v: randomTensor([6, 3], 2) } }),
  [
    'Flatten and Gemm',
    {
      tensors: { v: randomTensor([24, 3], 2), bias: randomTensor([3], 3) },
      nodes: [
        ['Flatten', ['s'], ['rows'], { axis: 1 }],
        ['Gemm', ['rows', 'v', 'bias'], ['y']],
      ],
    },
  ],
  [
    'Transpose there and back',
    {
      nodes: [
        ['Transpose', ['s'], ['t'], { perm: [2, 0, 1] }],
        ['Transpose', ['t'], ['y'], { perm: [1, 2, 0] }],
      ],
    },
  ],
  [
    'Unsqueeze and Squeeze',
    {
      tensors: { axes: list(0, 2), first: list(0) },
      nodes: [
        ['Unsqueeze', ['s', 'axes'], ['wide']],
        ['Squeeze', ['wide', 'first'], ['y']],
      ],
    },
  ],
  [
    'Split and Concat',
    {
      nodes: [
        ['Split', ['s'], ['a', 'b'], { axis: 2 }],
        ['Concat', ['b', 'h', 'a'], ['y'], { axis: 2 }],
      ],
    },
  ],
  one('Slice', {}, { tensors: { from: list(1), to: list(5), axes: list(-1), by: list(2) } }),
  [
    'Gather',
    {
      tensors: { at: list(3, 0) },
      nodes: [['Gather', ['s', 'at'], ['y'], { axis: 1 }]],
    },
  ],
  one('Tile', {}, { tensors: { repeats: list(1, 2, 1) } }),
  one('Pad', {}, { tensors: { pads: list(0, 1, 0, 0, 0, 2) } }),
  ...Object.entries({ RNN: 1, GRU: 3, LSTM: 4 }).map(([op, gates]): [string, Case] => [
    op,
    {
      tensors: { k: randomTensor([1, gates * 2, 6], 2), r: randomTensor([1, gates * 2, 2], 3), one: list(1) },
      nodes: [
        ['Transpose', ['h'], ['t'], { perm: [1, 0, 2] }],
        [op, ['t', 'k', 'r'], ['steps'], { hidden_size: 2 }],
        ['Squeeze', ['steps', 'one'], ['cells']],
        ['Transpose', ['cells'], ['y'], { perm: [1, 0, 2] }],
      ],
    },
  ]),
];

describe('a batch of three of one operator is three of one', () => {
  for (const [index, [what, each]] of cases.entries())
    it(`${what} (${index})`, () => isEachAlone(modelOf(each)));

  it('and no operator is missing here, those of attention.test.ts aside', () => {
    const tested = new Set(cases.flatMap(([, each]) => modelOf(each).nodes.map(([op]) => op)));
    const none = () => undefined;
    const others = Object.keys(attentionRules({ matMul: none, broadcast: none, fromAxis: none }));
    expect(Object.keys(axisRules).filter((op) => !tested.has(op) && !others.includes(op))).toEqual([]);
  });
});

describe('along the samples it is refused by name', () => {
  it.each<[string, Case]>([
    ['ArgMin', besideSteps(one('ArgMin', { axis: 0 }))[1]],
    ['Hardmax', besideSteps(one('Hardmax', { axis: 0 }))[1]],
    ['LpNormalization', one('LpNormalization', { axis: -3 })[1]],
    ['ReduceProd', one('ReduceProd', { axes: [0, 2] })[1]],
    [
      'QuantizeLinear',
      {
        ...quantised(
          { shape: [1, 2, 6], data: positive(12).data },
          { type: 'uint8', shape: [1, 2, 6], data: new Array<number>(12).fill(128) },
          { axis: 1, block_size: 2 },
        ),
        opset: 21,
      },
    ],
    ['LpPool', { image: [2, 1, 3, 4], nodes: one('LpPool', { kernel_shape: [2, 2] })[1].nodes }],
  ])('%s', (op, each) => {
    const build = () =>
      buildTrainingStep(buildModel(modelOf(each)), { loss: 'mse', optimizer: 'sgd', batch: 16 });
    expect(build).toThrow(`(${op}): it cannot have a batch of 16: ${op} lets samples meet`);
  });
});
