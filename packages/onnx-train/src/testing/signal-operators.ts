import { float } from '@synaprune/onnx/graph';
import type { TestTensor } from './models.js';
import { any, apart, integers, type Operator, of, within } from './operators.js';

const count = (data: number): TestTensor => ({ type: 'int64', shape: [], data: [data] });
const doubled = { x: any(3, 3), indices: { type: 'int64', shape: [2, 2], data: [1, 1, 2, 0] } } as const;

/** Operators of images, signals and neighbourhoods, with what becomes of their float inputs. */
export const signalOperators: readonly Operator[] = [
  { op: 'LRN', inputs: { x: any(1, 4, 2, 2) }, attributes: { size: 3, alpha: float(0.3) } },
  {
    op: 'LpPool',
    inputs: { x: any(1, 1, 4, 4) },
    attributes: { kernel_shape: [2, 2], p: 3 },
    opset: 18,
  },
  ...of(any(1, 2, 2, 2), 'GlobalLpPool'),
  ...of(any(2, 6), 'LpNormalization'),
  ...of(any(2, 2, 2, 2), 'MeanVarianceNormalization'),
  {
    op: 'Shrink',
    inputs: { x: apart(2, 6) },
    attributes: { bias: float(0.3), lambd: float(0.1) },
    single: true,
  },
  { op: 'CenterCropPad', inputs: { x: any(3, 4), sizes: integers(6, 1) }, opset: 18 },
  {
    op: 'Col2Im',
    inputs: { x: any(1, 8, 4), image: integers(3, 3), block: integers(2, 2) },
    opset: 18,
  },
  {
    op: 'MaxUnpool',
    inputs: { x: any(1, 1, 2, 2), places: { type: 'int64', shape: [1, 1, 2, 2], data: [0, 7, 9, 10] } },
    attributes: { kernel_shape: [2, 2], strides: [2, 2] },
  },
  {
    op: 'TensorScatter',
    inputs: { x: any(2, 4, 3), update: within(2, 2, 3), starts: integers(3, 1) },
    attributes: { mode: 'circular' },
    opset: 24,
  },
  {
    op: 'DeformConv',
    inputs: {
      x: any(1, 2, 3, 3),
      w: within(2, 1, 2, 2),
      offset: { shape: [1, 8, 1, 1], data: [0.2, 0.7, -0.3, 0.4, 1.3, 0.6, -1.2, 0.9] },
      bias: within(2),
      mask: any(1, 4, 1, 1),
    },
    attributes: { group: 2, strides: [2, 2] },
    opset: 19,
  },
  { op: 'GridSample', inputs: { x: any(1, 2, 3, 3), grid: within(1, 2, 2, 2) }, opset: 20 },
  { op: 'AffineGrid', inputs: { theta: any(2, 2, 3), size: integers(2, 1, 2, 3) }, opset: 20 },
  { op: 'DFT', inputs: { x: any(2, 5, 1) } },
  { op: 'DFT', inputs: { x: any(2, 5, 2), length: count(4), axis: count(1) }, opset: 20 },
  {
    op: 'STFT',
    inputs: { x: any(1, 9, 1), step: count(2), window: within(4), length: count(4) },
  },
  {
    op: 'Resize',
    inputs: {
      x: any(1, 1, 3, 3),
      roi: { shape: [0], data: [] },
      scales: { shape: [4], data: [1, 1, 2, 0.7] },
    },
    attributes: { mode: 'cubic' },
    fates: { roi: 'setting', scales: 'setting' },
  },
  {
    op: 'Einsum',
    inputs: { a: any(2, 3), b: any(3, 4), c: any(4, 2) },
    attributes: { equation: 'ij,jk,ki->i' },
  },
  ...['mul', 'max', 'min'].flatMap((reduction): Operator[] => [
    {
      op: 'ScatterElements',
      inputs: { ...doubled, updates: apart(2, 2) },
      attributes: { reduction, axis: 1 },
      opset: 18,
    },
    {
      op: 'ScatterND',
      inputs: {
        x: any(3, 2),
        indices: { type: 'int64', shape: [3, 1], data: [1, 1, -1] },
        updates: apart(3, 2),
      },
      attributes: { reduction },
      opset: 18,
    },
  ]),
];
