import type { TestTensor } from './models.js';
import { any, integers, number, type Operator, of, within } from './operators.js';

const count = (data: number): TestTensor => ({ type: 'int64', shape: [], data: [data] });
const bytes = (...shape: number[]): TestTensor => ({
  type: 'uint8',
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => (at * 7) % 11),
});
const zero: TestTensor = { type: 'uint8', shape: [], data: [0] };
const random = { gives: 'other', fates: { x: 'refused' } } as const;

/** Operators that choose, draw or quantise, with what becomes of their float inputs. */
export const choosingOperators: readonly Operator[] = [
  { op: 'TopK', inputs: { x: any(2, 5), k: integers(3) }, outputs: 2 },
  {
    op: 'OneHot',
    inputs: { indices: integers(1, -1, 9), depth: count(4), values: any(2) },
  },
  {
    op: 'OneHot',
    // Whole numbers: onnxruntime marks nothing for others, where the specification cuts their fractions off.
    inputs: { indices: { shape: [3], data: [1, -3, 7] }, depth: number(4), values: any(2) },
    fates: { indices: 'still', depth: 'refused' },
  },
  {
    op: 'ReverseSequence',
    inputs: { x: any(4, 3), lengths: integers(1, 4, 2) },
    attributes: { time_axis: 0, batch_axis: 1 },
  },
  {
    op: 'Compress',
    inputs: { x: any(3, 2), condition: { type: 'bool', shape: [3], data: [1, 0, 1] } },
    attributes: { axis: 0 },
  },
  { op: 'Det', inputs: { x: any(2, 3, 3) } },
  { op: 'Det', inputs: { x: any(5, 5) }, fates: { x: 'refused' } },
  ...of(any(2, 3), 'Hardmax', { fates: { x: 'still' } }),
  { op: 'Unique', inputs: { x: any(6) }, fates: { x: 'refused' } },
  {
    op: 'NonMaxSuppression',
    inputs: { boxes: any(1, 2, 4), scores: any(1, 1, 2) },
    gives: 'other',
    fates: { boxes: 'refused', scores: 'refused' },
  },
  { op: 'NonZero', inputs: { x: bytes(2, 3) }, gives: 'other' },
  {
    op: 'RoiAlign',
    inputs: { x: any(1, 1, 4, 4), boxes: within(1, 4), batch: integers(0) },
    fates: { boxes: 'refused' },
  },
  ...['avg', 'max'].map(
    (mode): Operator => ({
      op: 'RoiAlign',
      inputs: {
        x: any(2, 1, 4, 4),
        boxes: { shape: [2, 4], data: [0.2, 0.3, 2.7, 3.4, -0.6, 1.2, 4.7, 2.9] },
        batch: integers(1, 0),
      },
      attributes: { mode, sampling_ratio: 2, output_height: 2, output_width: 1 },
    }),
  ),
  // Random numbers, drawn anew each time.
  { op: 'RandomNormal', inputs: {}, attributes: { shape: [2, 3] } },
  { op: 'RandomUniform', inputs: {}, attributes: { shape: [2, 3] } },
  ...of(any(2, 3), 'RandomNormalLike RandomUniformLike Bernoulli', random),
  ...of(any(2, 3), 'EyeLike', random),
  { op: 'Multinomial', inputs: { x: any(2, 3) }, gives: 'other', fates: { x: 'still' } },
  ...['Blackman', 'Hamming', 'Hann'].map(
    (name): Operator => ({ op: `${name}Window`, inputs: { size: count(5) } }),
  ),
  {
    op: 'MelWeightMatrix',
    inputs: { bins: count(4), length: count(16), rate: count(8000), low: number(0), high: number(4000) },
    fates: { low: 'refused', high: 'refused' },
  },
  // Whole numbers that stand for floats.
  {
    op: 'QuantizeLinear',
    inputs: { x: any(2, 3), scale: number(0.5) },
    gives: 'other',
    fates: { x: 'still', scale: 'still' },
  },
  {
    op: 'DynamicQuantizeLinear',
    inputs: { x: any(2, 3) },
    outputs: 3,
    gives: 'other',
    fates: { x: 'still' },
  },
  { op: 'MatMulInteger', inputs: { a: bytes(2, 3), b: bytes(3, 2) }, gives: 'other' },
  { op: 'ConvInteger', inputs: { x: bytes(1, 2, 4), w: bytes(2, 2, 2) }, gives: 'other' },
  {
    op: 'QLinearMatMul',
    inputs: {
      ...{ a: bytes(2, 3), aScale: number(0.5), aZero: zero, b: bytes(3, 2), bScale: number(0.5) },
      ...{ bZero: zero, scale: number(0.5), zero },
    },
    gives: 'other',
    fates: { aScale: 'still', bScale: 'still', scale: 'still' },
  },
  {
    op: 'QLinearConv',
    inputs: {
      ...{ x: bytes(1, 2, 4), xScale: number(0.5), xZero: zero, w: bytes(2, 2, 2), wScale: number(0.5) },
      ...{ wZero: zero, scale: number(0.5), zero },
    },
    gives: 'other',
    fates: { xScale: 'still', wScale: 'still', scale: 'still' },
  },
];
