import { type Attribute, float } from '@synaprune/onnx/graph';
import { numbers, randomTensor, type TestTensor } from './models.js';

/**
 * What becomes of a float input that something trained leads to: its gradient is right, what needs it is refused
 * by name, or the output does not change with it (steps, comparisons, settings that are not looked at).
 * `setting`: read before a step runs, so that it can be no weight.
 */
type Fate = 'refused' | 'setting' | 'still';

/** One operator: inputs in order, the fates of those float inputs that have no gradient. */
export interface Operator {
  readonly op: string;
  readonly inputs: Readonly<Record<string, TestTensor>>;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs?: number;
  readonly fates?: Readonly<Record<string, Fate>>;
  readonly opset?: number;
  /** What the output is, unless it is a float. */
  readonly gives?: 'other';
  /** onnxruntime takes it in float64 and computes it in float32. */
  readonly single?: boolean;
}

/** Numbers of any sign. */
export const any = (...shape: number[]): TestTensor => randomTensor(shape, shape.length + 3, 2);
export const apart = (...shape: number[]): TestTensor => {
  const { data } = randomTensor(shape, 5);
  return { shape, data: data.map((x) => x + Math.sign(x) * 0.25) };
};
export const above = (least: number, ...shape: number[]): TestTensor => {
  const { data } = randomTensor(shape, 6);
  return { shape, data: data.map((x) => x + 1 + least) };
};
export const within = (...shape: number[]): TestTensor => randomTensor(shape, 8, 0.7);
export const integers = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const bools: TestTensor = { type: 'bool', shape: [2, 6], data: numbers(12, 3).map((x) => (x > 0 ? 1 : 0)) };
export const number = (data: number): TestTensor => ({ shape: [], data: [data] });

export const of = (x: TestTensor, names: string, more: Partial<Operator> = {}): Operator[] =>
  names.split(' ').map((op) => ({ op, inputs: { x }, ...more }));
const pair = (names: string, more: Partial<Operator> = {}): Operator[] =>
  names.split(' ').map((op) => ({
    op,
    inputs: { a: above(0.6, 2, 3), b: { shape: [3], data: above(0.7, 9).data.slice(6) } },
    ...more,
  }));
const scale = { scale: above(0.5, 2), bias: any(2) };
const recurrent = (gates: number) => ({
  x: any(3, 2, 3),
  w: within(1, gates * 2, 3),
  r: within(1, gates * 2, 2),
  b: within(1, gates * 4),
  lengths: { type: 'int32', shape: [2], data: [3, 3] } as const,
  h: within(1, 2, 2),
});

/** Every operator that a gradient is held against differences for. */
export const operators: readonly Operator[] = [
  ...of(any(2, 6), 'Identity Neg Exp Erf Sin Cos Sigmoid Tanh Softplus Softmax LogSoftmax'),
  ...of(any(2, 6), 'Mish', { opset: 18 }),
  ...of(any(2, 6), 'Swish', { opset: 24 }),
  ...of(any(2, 6), 'Sinh Cosh Atan Asinh'),
  ...of(any(2, 6), 'Gelu', { opset: 20 }),
  ...of(apart(2, 6), 'Abs Relu LeakyRelu Elu Selu Celu Softsign HardSwish'),
  { op: 'HardSigmoid', inputs: { x: apart(2, 6) }, attributes: { alpha: float(0.3), beta: float(0.4) } },
  { op: 'ThresholdedRelu', inputs: { x: apart(2, 6) }, attributes: { alpha: float(0) } },
  ...of(above(0.5, 2, 6), 'Sqrt Log Reciprocal'),
  ...of(within(2, 6), 'Tan Asin Acos'),
  ...of(randomTensor([2, 6], 8, 0.4), 'Atanh'),
  ...of(above(1.4, 2, 6), 'Acosh'),
  ...of(any(2, 6), 'Sign Floor Ceil Round', { fates: { x: 'still' } }),
  ...of(any(2, 6), 'IsNaN IsInf', { gives: 'other', fates: { x: 'still' } }),
  ...of(bools, 'Not', { gives: 'other' }),
  ...of(integers(1, 2, 3), 'BitwiseNot', { gives: 'other', opset: 18 }),
  { op: 'Cast', inputs: { x: any(2, 6) }, attributes: { to: 1 } },
  { op: 'CastLike', inputs: { x: any(2, 6), like: any(1) }, fates: { like: 'still' } },
  ...pair('Add Sub Mul Div Pow Max Min Sum Mean'),
  ...pair('Mod', { attributes: { fmod: 1 } }),
  ...pair('Equal Greater Less GreaterOrEqual LessOrEqual', {
    gives: 'other',
    fates: { a: 'still', b: 'still' },
  }),
  ...['And', 'Or', 'Xor'].map((op): Operator => ({ op, inputs: { a: bools, b: bools }, gives: 'other' })),
  ...['BitShift', 'BitwiseAnd', 'BitwiseOr', 'BitwiseXor'].map(
    (op): Operator => ({ op, inputs: { a: integers(1, 2), b: integers(3, 4) }, gives: 'other' }),
  ),
  { op: 'Clip', inputs: { x: any(2, 6), low: number(-0.7), high: number(0.6) } },
  { op: 'PRelu', inputs: { x: apart(2, 6), slope: any(6) } },
  { op: 'Where', inputs: { condition: bools, a: any(2, 6), b: any(6) } },
  // Moving elements.
  { op: 'Reshape', inputs: { x: any(2, 6), shape: integers(3, 4) } },
  { op: 'Flatten', inputs: { x: any(2, 3, 2) } },
  { op: 'Squeeze', inputs: { x: any(2, 1, 3), axes: integers(1) } },
  { op: 'Unsqueeze', inputs: { x: any(2, 3), axes: integers(1) } },
  { op: 'Transpose', inputs: { x: any(2, 3, 2) }, attributes: { perm: [2, 0, 1] } },
  { op: 'Concat', inputs: { a: any(2, 3), b: any(1, 3) }, attributes: { axis: 0 } },
  { op: 'Split', inputs: { x: any(2, 6), sizes: integers(4, 2) }, attributes: { axis: 1 }, outputs: 2 },
  {
    op: 'Slice',
    inputs: { x: any(5, 4), from: integers(1), to: integers(5), axes: integers(0), by: integers(2) },
  },
  { op: 'Pad', inputs: { x: any(2, 3), pads: integers(1, 0, 0, 2), fill: number(0.3) } },
  { op: 'Expand', inputs: { x: any(2, 1), shape: integers(2, 3) } },
  { op: 'Tile', inputs: { x: any(2, 3), repeats: integers(1, 2) } },
  { op: 'Gather', inputs: { x: any(4, 3), indices: integers(0, 2, 0) } },
  { op: 'GatherElements', inputs: { x: any(2, 3), indices: { type: 'int64', shape: [2, 1], data: [1, 0] } } },
  { op: 'GatherND', inputs: { x: any(2, 3), indices: { type: 'int64', shape: [3, 1], data: [1, 0, 1] } } },
  ...['Scatter', 'ScatterElements'].map(
    (op): Operator => ({
      op,
      inputs: {
        x: any(3, 3),
        indices: { type: 'int64', shape: [1, 3], data: [1, 0, 2] },
        updates: within(1, 3),
      },
      attributes: { axis: 1 },
      opset: op === 'Scatter' ? 10 : 17,
    }),
  ),
  {
    op: 'ScatterElements',
    inputs: {
      x: any(3, 3),
      indices: { type: 'int64', shape: [1, 3], data: [1, 1, 2] },
      updates: within(1, 3),
    },
    attributes: { reduction: 'add' },
  },
  {
    op: 'ScatterND',
    inputs: { x: any(4, 3), indices: { type: 'int64', shape: [2, 1], data: [3, -4] }, updates: within(2, 3) },
  },
  { op: 'Trilu', inputs: { x: any(3, 4) } },
  { op: 'CumSum', inputs: { x: any(3, 4), axis: { type: 'int64', shape: [], data: [1] } } },
  { op: 'DepthToSpace', inputs: { x: any(1, 4, 2, 2) }, attributes: { blocksize: 2 } },
  { op: 'SpaceToDepth', inputs: { x: any(1, 1, 4, 4) }, attributes: { blocksize: 2 } },
  {
    op: 'Resize',
    inputs: {
      x: any(1, 1, 2, 2),
      roi: { shape: [8], data: [0, 0, 0, 0, 1, 1, 1, 1] },
      scales: { shape: [4], data: [1, 1, 2, 2] },
    },
    fates: { roi: 'setting', scales: 'setting' },
  },
  {
    op: 'Upsample',
    inputs: { x: any(1, 1, 2, 2), scales: { shape: [4], data: [1, 1, 2, 2] } },
    fates: { scales: 'setting' },
    opset: 9,
  },
  { op: 'Shape', inputs: { x: any(2, 3) }, gives: 'other', fates: { x: 'still' } },
  { op: 'Size', inputs: { x: any(2, 3) }, gives: 'other', fates: { x: 'still' } },
  { op: 'ConstantOfShape', inputs: { shape: integers(2, 3) } },
  {
    op: 'Range',
    inputs: { start: number(0), limit: number(2.5), delta: number(1) },
    fates: { start: 'refused', limit: 'refused', delta: 'refused' },
  },
  // Sums.
  { op: 'MatMul', inputs: { a: any(2, 3), b: any(3, 2) } },
  { op: 'Gemm', inputs: { a: any(2, 3), b: any(3, 2), c: any(2) } },
  { op: 'Einsum', inputs: { a: any(2, 3), b: any(3, 2) }, attributes: { equation: 'ij,jk->ik' } },
  ...of(above(0.5, 2, 3), 'ReduceSum ReduceL2 ReduceSumSquare ReduceLogSum ReduceLogSumExp ReduceMean'),
  ...of(apart(2, 3), 'ReduceL1 ReduceMax ReduceMin'),
  {
    op: 'DequantizeLinear',
    inputs: { q: { type: 'int8', shape: [2, 3], data: [1, -2, 3, 4, -5, 6] }, scale: number(0.5) },
  },
  ...of(any(2, 3), 'ReduceProd'),
  ...of(any(2, 3), 'ArgMax ArgMin', { gives: 'other', fates: { x: 'still' } }),
  { op: 'GlobalAveragePool', inputs: { x: any(1, 2, 2, 2) } },
  { op: 'GlobalMaxPool', inputs: { x: any(1, 2, 2, 2) } },
  { op: 'MaxPool', inputs: { x: any(1, 1, 4, 4) }, attributes: { kernel_shape: [2, 2] } },
  { op: 'AveragePool', inputs: { x: any(1, 1, 4, 4) }, attributes: { kernel_shape: [2, 2] } },
  { op: 'Conv', inputs: { x: any(1, 2, 4), w: any(2, 2, 2), b: any(2) } },
  { op: 'ConvTranspose', inputs: { x: any(1, 2, 4), w: any(2, 2, 2), b: any(2) } },
  {
    op: 'SoftmaxCrossEntropyLoss',
    inputs: { scores: any(3, 4), labels: integers(1, 3, 0), weights: above(0.5, 4) },
    attributes: { ignore_index: 3 },
    outputs: 2,
  },
  {
    op: 'NegativeLogLikelihoodLoss',
    inputs: {
      scores: any(2, 4, 2),
      labels: { type: 'int64', shape: [2, 2], data: [1, 3, 0, 2] },
      weights: above(0.5, 4),
    },
  },
  // Normalisation.
  {
    op: 'BatchNormalization',
    inputs: { x: any(3, 2, 2), ...scale, mean: any(2), variance: above(0.5, 2) },
  },
  { op: 'InstanceNormalization', inputs: { x: any(2, 2, 4), ...scale } },
  {
    op: 'GroupNormalization',
    inputs: { x: any(2, 2, 4), ...scale },
    attributes: { num_groups: 2 },
    opset: 21,
    single: true,
  },
  { op: 'LayerNormalization', inputs: { x: any(3, 6), scale: above(0.5, 6), bias: any(6) }, outputs: 3 },
  { op: 'RMSNormalization', inputs: { x: any(3, 6), scale: above(0.5, 6) }, opset: 23 },
  {
    op: 'SimplifiedLayerNormalization',
    inputs: { x: any(3, 6), scale: above(0.5, 6) },
    outputs: 2,
  },
  { op: 'Dropout', inputs: { x: any(2, 6), ratio: number(0.3) }, fates: { ratio: 'setting' } },
  // Attention.
  {
    op: 'Attention',
    inputs: {
      q: any(2, 2, 3, 2),
      k: any(2, 1, 2, 2),
      v: any(2, 1, 2, 3),
      bias: any(3, 4),
      pastKey: any(2, 1, 2, 2),
      pastValue: any(2, 1, 2, 3),
    },
    attributes: { is_causal: 1, softcap: float(2), qk_matmul_output_mode: 1 },
    outputs: 4,
    opset: 23,
  },
  {
    op: 'RotaryEmbedding',
    inputs: {
      x: any(2, 3, 8),
      cos: any(5, 1),
      sin: any(5, 1),
      positions: { type: 'int64', shape: [2, 3], data: [0, 1, 2, 4, 3, 2] },
    },
    attributes: { num_heads: 2, rotary_embedding_dim: 2 },
    opset: 23,
  },
  // Recurrent layers, unrolled.
  { op: 'RNN', inputs: recurrent(1), attributes: { hidden_size: 2 }, outputs: 2 },
  { op: 'GRU', inputs: recurrent(3), attributes: { hidden_size: 2 }, outputs: 2 },
  {
    op: 'LSTM',
    inputs: { ...recurrent(4), c: within(1, 2, 2) },
    attributes: { hidden_size: 2 },
    outputs: 3,
  },
  {
    op: 'LSTM',
    inputs: {
      ...recurrent(4),
      lengths: { type: 'int32', shape: [2], data: [3, 1] },
      c: within(1, 2, 2),
      peepholes: within(1, 6),
    },
    attributes: { hidden_size: 2 },
    outputs: 3,
  },
];
