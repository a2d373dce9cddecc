import {
  create,
  decodeModel,
  encodeModel,
  type ModelProto,
  TensorShapeProto_DimensionSchema,
  TensorShapeProtoSchema,
  TypeProto_TensorSchema,
  TypeProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from '@synaprune/onnx';
import { buildModel, type GraphParts, type ModelParts, type TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { checkedShrink } from '../../testing/checked-shrink.js';
import { feedsFor } from '../../testing/run-model.js';

const matrix = (shape: readonly number[], seed = 1): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i * 1.3)),
});
const condition = { type: 'bool' as const, shape: [] };
const feeds = (turn: number) =>
  feedsFor(
    [
      { name: 'x', type: 'float32', shape: [3, 4] },
      { name: 'c', type: 'bool', shape: [] },
    ],
    turn,
  );

/** `x` through a layer of 8 units, then through one of two branches of 6 units, then to two outputs. */
const branching = (then_branch: GraphParts, else_branch: GraphParts, more: ModelParts = {}) =>
  buildModel({
    inputs: { x: ['batch', 4], c: condition },
    tensors: { first: matrix([4, 8]), last: matrix([6, 2], 3), ...more.tensors },
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['Relu', ['h'], ['r']],
      [
        'If',
        ['c'],
        ['either'],
        { then_branch: { graph: then_branch }, else_branch: { graph: else_branch } },
        'choice',
      ],
      ['MatMul', ['either', 'last'], ['y']],
    ],
    outputs: ['y'],
  });

const product = (seed: number, op = 'Tanh'): GraphParts => ({
  tensors: { w: matrix([8, 6], seed) },
  nodes: [
    ['MatMul', ['r', 'w'], [`p${seed}`]],
    [op, [`p${seed}`], [`o${seed}`]],
  ],
  outputs: [`o${seed}`],
});

describe('If', () => {
  it('branches read from around them, and what they give goes together, whichever runs', async () => {
    const model = branching(product(5), product(6, 'Relu'));
    for (const turn of [0, 1, 2, 3]) {
      const { report } = await checkedShrink(model, feeds(turn));
      expect(report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([
        ['first[1]', 4],
        ['graph/choice.then_branch/w[1]', 3],
      ]);
      expect(report.tensors.map(({ name, place, shape }) => [name, place, shape.after])).toEqual([
        ['first', 'graph', [4, 4]],
        ['last', 'graph', [3, 2]],
        ['w', 'graph/choice.then_branch', [4, 3]],
        ['w', 'graph/choice.else_branch', [4, 3]],
      ]);
    }
  });

  it('may give what another graph around them gives', async () => {
    const inner = buildNested();
    const { report } = await checkedShrink(inner, feeds(1));
    expect(report.groups.map(({ name }) => name)).toEqual([
      'first[1]',
      'graph/choice.then_branch/deep.then_branch/w[1]',
    ]);
  });

  it('lengths that differ between branches stay, and the node that holds them is named', async () => {
    const narrow: GraphParts = {
      tensors: { w: matrix([8, 1], 7) },
      nodes: [['MatMul', ['r', 'w'], ['o']]],
      outputs: ['o'],
    };
    const model = buildModel({
      inputs: { x: ['batch', 4], c: condition },
      tensors: { first: matrix([4, 8]) },
      nodes: [
        ['MatMul', ['x', 'first'], ['h']],
        ['Relu', ['h'], ['r']],
        [
          'If',
          ['c'],
          ['either'],
          { then_branch: { graph: product(5) }, else_branch: { graph: narrow } },
          'choice',
        ],
        ['ReduceSum', ['either'], ['y']],
      ],
      outputs: ['y'],
    });
    const { report } = await checkedShrink(model, feeds(1));
    expect(report.groups.map(({ name }) => name)).toEqual(['first[1]']);
    expect(report.held.map(({ name, heldBy }) => [name, heldBy])).toEqual([
      ['graph/choice.then_branch/w[1]', 'node "choice" (If), axis 1: its length depends on the branch'],
    ]);
  });

  it('what is declared of values inside is put right, or dropped where nothing is known', async () => {
    const model = decodeModel(branching(product(5), product(6)));
    const { model: small } = await checkedShrink(declared(model), feeds(0));
    const inside = decodeModel(small).graph!.node.find(({ opType }) => opType === 'If')!.attribute[0]!.g!;
    const shapeOf = (info: ValueInfoProto | undefined) => {
      const type = info?.type?.value;
      return type?.case === 'tensorType' ? type.value.shape?.dim.map(({ value }) => value.value) : undefined;
    };
    expect(inside.valueInfo.map((info) => [info.name, shapeOf(info)])).toEqual([['p5', ['batch', 3n]]]);
    expect(shapeOf(inside.output[0])).toEqual(['batch', 3n]);
  });
});

/** With the shapes of values inside the first branch, one of which is none of its values. */
function declared(model: ModelProto): Uint8Array {
  const inside = model.graph!.node.find(({ opType }) => opType === 'If')!.attribute[0]!.g!;
  const info = (name: string) => {
    const dim = [
      create(TensorShapeProto_DimensionSchema, { value: { case: 'dimParam', value: 'batch' } }),
      create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value: 6n } }),
    ];
    const tensor = create(TypeProto_TensorSchema, {
      elemType: 1,
      shape: create(TensorShapeProtoSchema, { dim }),
    });
    return create(ValueInfoProtoSchema, {
      name,
      type: create(TypeProtoSchema, { value: { case: 'tensorType', value: tensor } }),
    });
  };
  inside.valueInfo = [info('p5'), info('nobody')];
  inside.output = [info('o5')];
  return encodeModel(model);
}

function buildNested(): Uint8Array {
  const deep: GraphParts = {
    nodes: [
      [
        'If',
        ['c'],
        ['deepest'],
        { then_branch: { graph: product(5) }, else_branch: { graph: product(6) } },
        'deep',
      ],
    ],
    outputs: ['deepest'],
  };
  return branching(deep, product(9));
}
