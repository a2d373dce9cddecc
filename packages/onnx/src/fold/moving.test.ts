import { describe, expect, it } from 'vitest';
import type { ElementType } from '../elements/element-type.js';
import { createGraph } from '../graph/graph.js';
import { pairs } from '../testing/element-values.js';
import { type ExactTensor, runNode } from '../testing/reference.js';
import type { Attribute } from '../values/attributes.js';

const types: readonly ElementType[] = [
  ...(['float32', 'float64', 'float16', 'bool'] as const),
  ...(['int8', 'int16', 'int32', 'int64', 'uint8', 'uint16', 'uint32', 'uint64'] as const),
];

const integers = (...elements: number[]): ExactTensor => ({
  type: 'int64',
  shape: [elements.length],
  elements: elements.map(BigInt),
});

/** Edge and random values of a type in a shape. */
function tensor(type: ElementType, shape: readonly number[], seed = 1): ExactTensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const elements = pairs(type, 8 * size, seed).filter((_, index) => index % 7 === 0);
  return { type, shape, elements: elements.slice(0, size).map(([element]) => element) };
}

interface Case {
  readonly what: string;
  readonly op: string;
  readonly inputs: (type: ElementType) => readonly ExactTensor[];
  readonly attributes?: Readonly<Record<string, Attribute>>;
  readonly outputs?: number;
  readonly types?: readonly ElementType[];
}

const sliced = (what: string, shape: readonly number[], ...lists: (readonly number[])[]): Case => ({
  what: `Slice ${what}`,
  op: 'Slice',
  inputs: (type) => [tensor(type, shape), ...lists.map((list) => integers(...list))],
});

/** Elements small enough that no product of all of them is too large. */
const small = (type: ElementType): ExactTensor => {
  const elements = [3, -2, 1, 0, 2, -1, 1, 3, -3, 2, 1, 1, 2, -1, 3, 1, -2, 1, 1, 2, -1, 1, 2, 1];
  return { type, shape: [2, 3, 4], elements: elements.map((n) => (type === 'int64' ? BigInt(n) : n)) };
};

const reduced = (op: string, what: string, axes: readonly number[], keepdims: number): Case => ({
  what: `${op} ${what}`,
  op,
  inputs: (type) => [/Max|Min/.test(op) ? tensor(type, [2, 3, 4]) : small(type), integers(...axes)],
  attributes: { keepdims },
  types: ['int32', 'int64'],
});

const summed = (exclusive: number, reverse: number): Case => ({
  what: `CumSum exclusive ${exclusive} reverse ${reverse}`,
  op: 'CumSum',
  inputs: (type) => [tensor(type, [2, 3, 4]), { type: 'int64', shape: [], elements: [1n] }],
  attributes: { exclusive, reverse },
  types: ['int32', 'int64'],
});

const cases: readonly Case[] = [
  { what: 'Identity', op: 'Identity', inputs: (type) => [tensor(type, [3, 4])] },
  { what: 'Reshape', op: 'Reshape', inputs: (type) => [tensor(type, [3, 4]), integers(2, -1)] },
  { what: 'Transpose', op: 'Transpose', inputs: (type) => [tensor(type, [2, 3, 4])] },
  {
    what: 'Transpose by an order',
    op: 'Transpose',
    inputs: (type) => [tensor(type, [2, 3, 4])],
    attributes: { perm: [1, 2, 0] },
  },
  { what: 'Expand', op: 'Expand', inputs: (type) => [tensor(type, [3, 1]), integers(2, 1, 4)] },
  { what: 'Tile', op: 'Tile', inputs: (type) => [tensor(type, [2, 3]), integers(2, 3)] },
  {
    what: 'Concat of three, one of them empty',
    op: 'Concat',
    inputs: (type) => [tensor(type, [2, 3], 1), tensor(type, [2, 0], 2), tensor(type, [2, 1], 3)],
    attributes: { axis: -1 },
  },
  {
    what: 'Split',
    op: 'Split',
    inputs: (type) => [tensor(type, [2, 6, 2]), integers(1, 3, 2)],
    attributes: { axis: 1 },
    outputs: 3,
  },
  {
    what: 'Gather with indices from both ends',
    op: 'Gather',
    inputs: (type) => [
      tensor(type, [2, 5, 3]),
      { type: 'int64', shape: [2, 2], elements: [-1n, 0n, -5n, 4n] },
    ],
    attributes: { axis: 1 },
  },
  {
    what: 'GatherElements with indices from both ends',
    op: 'GatherElements',
    inputs: (type) => [tensor(type, [2, 3]), { type: 'int64', shape: [2, 2], elements: [-1n, 0n, 1n, -3n] }],
    attributes: { axis: 1 },
  },
  sliced('forwards', [5, 4], [1, 1], [4, 4], [0, 1], [1, 2]),
  sliced('backwards', [5, 4], [4, 3], [-6, 0], [0, 1], [-2, -1]),
  sliced('of nothing', [5], [4], [4], [0], [1]),
  {
    what: 'Where',
    op: 'Where',
    inputs: (type) => [tensor('bool', [3, 1]), tensor(type, [4], 2), tensor(type, [3, 4], 3)],
    types: ['float32', 'float64', 'int32', 'int64', 'uint8'],
  },
  ...(['int32', 'int64', 'float32'] as const).map(
    (type): Case => ({
      what: `Clip of ${type}`,
      op: 'Clip',
      inputs: () => [
        { ...tensor('int8', [40]), type },
        { type, shape: [], elements: [type === 'int64' ? -5n : -5] },
        { type, shape: [], elements: [type === 'int64' ? 9n : 9] },
      ],
      types: [type],
    }),
  ),
  ...['ReduceSum', 'ReduceProd', 'ReduceMax', 'ReduceMin'].flatMap((op) => [
    reduced(op, 'over the middle', [1], 1),
    reduced(op, 'over two', [-1, 0], 0),
    reduced(op, 'over all', [0, 1, 2], 0),
  ]),
  ...[0, 1].flatMap((exclusive) => [0, 1].map((reverse) => summed(exclusive, reverse))),
];

describe('what is moved or summed before the runtime is what the runtime gives', () => {
  for (const { what, op, inputs, attributes = {}, outputs = 1, types: own } of cases) {
    for (const type of own ?? types) {
      it(`${what} of ${type}`, async () => {
        const given = inputs(type);
        const graph = createGraph('test/', 23);
        const constants = given.map((input) => graph.constant(input, input.elements));
        const values = graph.addMany(op, constants, attributes, outputs);
        const type0 = given[op === 'Where' ? 1 : 0]!.type;
        const results = await runNode(op, given, attributes, new Array(outputs).fill(type0));
        expect(results?.map(({ shape, elements }) => [shape, elements])).toEqual(
          values.map((value) => [value.shape, value.constant?.elements()]),
        );
      });
    }
  }
});

it('leaves sums and products to the runtime that are larger than float64 holds or their type does', () => {
  const graph = createGraph('test/', 23);
  const sum = (op: string, ...elements: bigint[]) =>
    graph
      .add(op, [graph.constant({ type: 'int64', shape: [elements.length] }, elements), graph.integers([0])], {
        keepdims: 0,
      })
      .constant?.elements();
  expect(sum('ReduceSum', 2n ** 52n, 2n ** 51n)).toEqual([2n ** 52n + 2n ** 51n]);
  expect(sum('ReduceSum', 2n ** 53n, 1n)).toBeUndefined();
  expect(sum('ReduceProd', 2n ** 40n, 2n ** 40n)).toBeUndefined();
});
