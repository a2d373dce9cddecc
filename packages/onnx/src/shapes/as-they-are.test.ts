import { describe, expect, it } from 'vitest';
import type { ElementType } from '../elements/element-type.js';
import { createGraph } from '../graph/graph.js';
import { type ExactTensor, runNode } from '../testing/reference.js';
import { type Attribute, float } from '../values/attributes.js';

/** The runtime has no kernels for random numbers and boxes of version 22. */
const OPSET = 21;

const exact = (type: ElementType, shape: readonly number[], from: (at: number) => number): ExactTensor => {
  const elements = Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, at) => from(at));
  return { type, shape, elements: type === 'int64' ? elements.map(BigInt) : elements };
};
const floats = (...shape: number[]) => exact('float32', shape, (at) => ((at * 7) % 11) / 4 - 1);
const bytes = (...shape: number[]) => exact('uint8', shape, (at) => (at * 7) % 11);
const signed = (...shape: number[]) => exact('int8', shape, (at) => ((at * 7) % 11) - 5);
const integers = (...data: number[]) => exact('int64', [data.length], (at) => data[at]!);
const count = (data: number) => exact('int64', [], () => data);
const scale = exact('float32', [], () => 0.5);
const zero = exact('uint8', [], () => 3);

interface Case {
  readonly op: string;
  readonly inputs: readonly (ExactTensor | undefined)[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs?: readonly ElementType[];
}

const quantised = [bytes(2, 3), scale, zero, bytes(3, 4), scale, zero, scale, zero];
const image = [bytes(1, 2, 5, 6), scale, zero, bytes(4, 1, 3, 2), scale, zero, scale, zero];

const cases: readonly Case[] = [
  { op: 'RandomNormal', inputs: [], attributes: { shape: [2, 3] } },
  { op: 'RandomUniform', inputs: [], attributes: { shape: [4], dtype: 11 }, outputs: ['float64'] },
  { op: 'RandomNormalLike', inputs: [floats(2, 3)] },
  {
    op: 'RandomUniformLike',
    inputs: [exact('int32', [3], () => 1)],
    attributes: { dtype: 1 },
    outputs: ['float32'],
  },
  { op: 'Bernoulli', inputs: [exact('float32', [2, 3], () => 0.5)] },
  {
    op: 'Bernoulli',
    inputs: [exact('float32', [5], () => 0.5)],
    attributes: { dtype: 9 },
    outputs: ['bool'],
  },
  {
    op: 'Multinomial',
    inputs: [exact('float32', [2, 3], () => 0.3)],
    attributes: { sample_size: 4 },
    outputs: ['int32'],
  },
  { op: 'EyeLike', inputs: [floats(2, 3)], attributes: { k: 1 } },
  { op: 'EyeLike', inputs: [floats(2, 3)], attributes: { dtype: 7 }, outputs: ['int64'] },
  ...['Blackman', 'Hamming', 'Hann'].map(
    (name): Case => ({ op: `${name}Window`, inputs: [count(7)], outputs: ['float32'] }),
  ),
  {
    op: 'MelWeightMatrix',
    inputs: [
      count(4),
      count(16),
      count(8000),
      exact('float32', [], () => 0),
      exact('float32', [], () => 4000),
    ],
    outputs: ['float32'],
  },
  { op: 'TopK', inputs: [floats(2, 5), integers(3)], outputs: ['float32', 'int64'] },
  {
    op: 'TopK',
    inputs: [floats(4, 2), integers(0)],
    attributes: { axis: 0, largest: 0 },
    outputs: ['float32', 'int64'],
  },
  { op: 'OneHot', inputs: [integers(1, -1, 9), count(4), floats(2)], outputs: ['float32'] },
  {
    op: 'OneHot',
    inputs: [exact('int64', [2, 3], (at) => at), count(4), integers(0, 1)],
    attributes: { axis: 1 },
    outputs: ['int64'],
  },
  {
    op: 'ReverseSequence',
    inputs: [floats(4, 3), integers(1, 4, 2)],
    attributes: { time_axis: 0, batch_axis: 1 },
  },
  {
    op: 'NonZero',
    inputs: [exact('float32', [2, 3], (at) => [0, -0, Number.NaN, 1, -1, 0][at]!)],
    outputs: ['int64'],
  },
  { op: 'NonZero', inputs: [exact('bool', [4], (at) => at % 2)], outputs: ['int64'] },
  { op: 'NonZero', inputs: [exact('int32', [2, 2], () => 0)], outputs: ['int64'] },
  { op: 'Compress', inputs: [floats(3, 2), exact('bool', [2], (at) => at)], attributes: { axis: 0 } },
  { op: 'Compress', inputs: [floats(3, 2), exact('bool', [4], (at) => at % 2)] },
  { op: 'Det', inputs: [floats(2, 3, 3)] },
  { op: 'Hardmax', inputs: [floats(2, 3)] },
  {
    op: 'RoiAlign',
    inputs: [floats(1, 2, 6, 6), exact('float32', [3, 4], (at) => at % 4), integers(0, 0, 0)],
    attributes: { output_height: 2, output_width: 3, spatial_scale: float(1) },
  },
  { op: 'QuantizeLinear', inputs: [floats(2, 3), scale], outputs: ['uint8'] },
  { op: 'QuantizeLinear', inputs: [floats(2, 3), scale, exact('int8', [], () => 0)], outputs: ['int8'] },
  {
    op: 'QuantizeLinear',
    inputs: [floats(2, 3), scale],
    attributes: { output_dtype: 5 },
    outputs: ['int16'],
  },
  { op: 'DynamicQuantizeLinear', inputs: [floats(2, 3)], outputs: ['uint8', 'float32', 'uint8'] },
  { op: 'MatMulInteger', inputs: [bytes(2, 3), signed(3, 4), zero], outputs: ['int32'] },
  { op: 'QLinearMatMul', inputs: quantised, outputs: ['uint8'] },
  {
    op: 'ConvInteger',
    inputs: [bytes(1, 2, 5, 6), bytes(4, 2, 3, 2), zero],
    attributes: { auto_pad: 'SAME_UPPER', strides: [2, 2] },
    outputs: ['int32'],
  },
  {
    op: 'QLinearConv',
    inputs: image,
    attributes: { group: 2, pads: [1, 0, 0, 1], strides: [1, 2] },
    outputs: ['uint8'],
  },
  { op: 'QLinearConv', inputs: image, attributes: { group: 2, auto_pad: 'VALID' }, outputs: ['uint8'] },
];

describe('what goes into a graph as it is has the types and shapes that the runtime gives', () => {
  for (const [index, { op, inputs, attributes = {}, outputs }] of cases.entries()) {
    it(`${op} ${JSON.stringify(attributes)} (${index})`, async () => {
      const graph = createGraph('test/', OPSET);
      const types = outputs ?? [inputs[0]?.type ?? 'float32'];
      const constants = inputs.map((input) => input && graph.constant(input, input.elements));
      const values = graph.addMany(op, constants, attributes, types.length);
      const results = await runNode(op, inputs, attributes, types, OPSET);
      expect(values.map(({ type, shape }) => ({ type, shape }))).toEqual(
        results!.map(({ type, shape }) => ({ type, shape })),
      );
      // Where elements are computed before, they are the runtime's.
      values.forEach(({ constant }, at) => {
        if (constant !== undefined) expect(constant.elements()).toEqual(results![at]!.elements);
      });
    });
  }
});
