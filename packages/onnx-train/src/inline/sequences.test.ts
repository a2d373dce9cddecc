import { PruneError } from '@synaprune/core';
import { AttributeProto_AttributeType, AttributeProtoSchema, create, decodeModel } from '@synaprune/onnx';
import { buildModel, type GraphParts, type ModelParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { buildTrainingStep } from '../step/build-training-step.js';
import { checkGradients } from '../testing/check-gradients.js';
import { randomTensor, type TestModel, type TestNode, type TestTensor } from '../testing/models.js';

const count = (data: number): TestTensor => ({ type: 'int64', shape: [], data: [data] });
const list = (...data: number[]): TestTensor => ({ type: 'int64', shape: [data.length], data });
const graph = (parts: GraphParts) => ({ graph: parts });

/** The body of a Loop; one that carries a sequence says no types of it. */
function bodyOf(parts: GraphParts) {
  const g = decodeModel(buildModel(parts)).graph!;
  const [, , carried] = g.input;
  delete carried!.type;
  const type = AttributeProto_AttributeType.GRAPH;
  return { message: create(AttributeProtoSchema, { name: 'body', type, g }) };
}

const tensors: TestModel['tensors'] = {
  a: randomTensor([2, 3], 1),
  b: randomTensor([1, 3], 2),
  c: randomTensor([3, 3], 3),
  x: randomTensor([5, 4], 4),
  zero: count(0),
  one: count(1),
  back: count(-2),
  two: count(2),
  sizes: list(1, 3, 1),
  first: list(0),
};

describe('gradients through sequences', () => {
  it.each<[string, readonly TestNode[], readonly string[], by: readonly string[]]>([
    [
      'put together, put in at places, taken out, and counted',
      [
        ['SequenceConstruct', ['a', 'b'], ['s']],
        ['SequenceInsert', ['s', 'c'], ['t']],
        ['SequenceInsert', ['t', 'b', 'one'], ['u']],
        ['SequenceInsert', ['u', 'c', 'back'], ['v']],
        ['SequenceErase', ['v', 'one'], ['w']],
        ['ConcatFromSequence', ['w'], ['rows'], { axis: 0 }],
        ['SequenceAt', ['u', 'back'], ['at']],
        ['SequenceLength', ['v'], ['length']],
        ['Cast', ['length'], ['many'], { to: 1 }],
        ['Mul', ['at', 'many'], ['y']],
      ],
      ['rows', 'y'],
      ['a', 'b', 'c'],
    ],
    [
      'from nothing, the last of it erased, put together along an axis of their own',
      [
        ['SequenceEmpty', [], ['s']],
        ['SequenceInsert', ['s', 'b'], ['t']],
        ['SequenceInsert', ['t', 'first row'], ['u']],
        ['SequenceInsert', ['u', 'a'], ['v']],
        ['SequenceErase', ['v'], ['w']],
        ['Identity', ['w'], ['same']],
        ['ConcatFromSequence', ['same'], ['y'], { axis: -1, new_axis: 1 }],
      ],
      ['y'],
      ['b'],
    ],
    [
      'split in ones, with the axis and without',
      [
        ['SplitToSequence', ['x'], ['s'], { axis: 1 }],
        ['SplitToSequence', ['x'], ['t'], { axis: -1, keepdims: 0 }],
        ['SequenceAt', ['s', 'two'], ['y']],
        ['ConcatFromSequence', ['t'], ['z'], { axis: 0 }],
      ],
      ['y', 'z'],
      ['x'],
    ],
    [
      'split in twos, the last shorter, and by sizes',
      [
        ['SplitToSequence', ['x', 'two'], ['s']],
        ['SplitToSequence', ['x', 'sizes'], ['t'], { axis: 0 }],
        ['SequenceAt', ['s', 'two'], ['y']],
        ['SequenceAt', ['s', 'zero'], ['u']],
        ['SequenceAt', ['t', 'one'], ['z']],
      ],
      ['y', 'u', 'z'],
      ['x'],
    ],
  ])('%s', async (_, nodes, outputs, by) => {
    const shared = { ...tensors, 'first row': randomTensor([1, 3], 8) };
    await checkGradients({ tensors: shared, by, nodes, outputs });
  });

  it('a body for each tensor, with one of another sequence and one that all share', async () => {
    const body = graph({
      inputs: { each: ['rows', 3], other: ['any', 3], shared: ['one', 3] },
      nodes: [
        ['MatMul', ['each', 'c'], ['product']],
        ['Add', ['product', 'shared'], ['sum']],
        ['Mul', ['other', 'sum'], ['scaled']],
      ],
      outputs: { sum: ['rows', 3], scaled: ['most', 3] },
    });
    await checkGradients({
      tensors: { ...tensors, d: randomTensor([1, 3], 9) },
      by: ['a', 'b', 'c', 'd'],
      nodes: [
        ['SequenceConstruct', ['a', 'b'], ['s']],
        ['SequenceConstruct', ['b', 'd'], ['t']],
        ['SequenceMap', ['s', 't', 'd'], ['u', 'v'], { body }],
        ['ConcatFromSequence', ['u'], ['y'], { axis: 0 }],
        ['SequenceAt', ['v', 'one'], ['z']],
      ],
      outputs: ['y', 'z'],
    });
  });

  it('a bag of embeddings as PyTorch writes it: a row a round, of a sequence that grows', async () => {
    const rows = graph({
      nodes: [
        ['Slice', ['embedded', 'start', 'end'], ['few']],
        ['ReduceSum', ['few', 'first'], ['sum']],
      ],
      outputs: ['sum'],
    });
    const none = graph({
      nodes: [
        ['Shape', ['table'], ['width'], { start: 1 }],
        ['Concat', ['single', 'width'], ['wide'], { axis: 0 }],
        ['Expand', ['nothing', 'wide'], ['zeros']],
      ],
      outputs: ['zeros'],
    });
    const body = bodyOf({
      inputs: { i: { type: 'int64', shape: [] }, goes: { type: 'bool', shape: [] }, bags: {} },
      nodes: [
        ['Reshape', ['i', 'flat'], ['at']],
        ['Add', ['at', 'single'], ['after']],
        ['Add', ['after', 'single'], ['behind']],
        ['Slice', ['offsets', 'at', 'after'], ['start']],
        ['Slice', ['offsets', 'after', 'behind'], ['end']],
        ['Equal', ['start', 'end'], ['empty']],
        ['If', ['empty'], ['row'], { then_branch: none, else_branch: rows }],
        ['SequenceInsert', ['bags', 'row'], ['more']],
        ['Identity', ['goes'], ['on']],
      ],
      outputs: ['on', 'more'],
    });
    await checkGradients({
      tensors: {
        table: randomTensor([7, 4], 1),
        indices: list(3, 0, 6, 3, 2),
        offsets: list(0, 2, 2, 5),
        three: count(3),
        single: list(1),
        flat: list(-1),
        first: list(0),
        nothing: { shape: [1], data: [0] },
      },
      by: ['table'],
      nodes: [
        ['Gather', ['table', 'indices'], ['embedded']],
        ['SequenceEmpty', [], ['empty bags']],
        ['Loop', ['three', '', 'empty bags'], ['bags of all'], { body }],
        ['ConcatFromSequence', ['bags of all'], ['y'], { axis: 0 }],
      ],
      outputs: ['y'],
    });
  });
});

describe('refused by name is', () => {
  const build = (nodes: readonly TestNode[], more: Partial<ModelParts> = {}) => {
    const bytes = buildModel({ ...more, tensors: tensors!, nodes, outputs: ['y'] });
    return () => buildTrainingStep(bytes, { loss: 'mse', optimizer: 'sgd', trainable: /^[ax]$/ });
  };

  it.each<[string, readonly TestNode[]]>([
    ['a place that is computed', [['SequenceAt', ['s', 'n'], ['y']]]],
    ['a place behind the end', [['SequenceAt', ['s', 'two'], ['y']]]],
    [
      'what is put in at a computed place',
      [
        ['SequenceInsert', ['s', 'c', 'n'], ['t']],
        ['ConcatFromSequence', ['t'], ['y'], { axis: 0 }],
      ],
    ],
    [
      'a sequence of nothing, put together',
      [
        ['SequenceEmpty', [], ['t']],
        ['ConcatFromSequence', ['t'], ['none'], { axis: 0 }],
        ['Concat', ['none', 'a'], ['y'], { axis: 0 }],
      ],
    ],
  ])('%s', (_, nodes) => {
    const failing = build([['SequenceConstruct', ['a', 'c'], ['s']], ...nodes], {
      inputs: { n: { type: 'int64', shape: [] } },
    });
    expect(failing).toThrow(PruneError);
    expect(failing).toThrow(/Sequence.*: .*which tensors of a sequence it reads is computed when it runs/);
  });

  it('a split by sizes that are computed', () => {
    const failing = build(
      [
        ['SplitToSequence', ['x', 'n'], ['s']],
        ['SequenceAt', ['s', 'zero'], ['y']],
      ],
      { inputs: { n: { type: 'int64', shape: [2] } } },
    );
    expect(failing).toThrow(/Sequence.*export without sequences/);
  });
});

it('a sequence that is an output of the model stays one beside what is trained', () => {
  const step = buildTrainingStep(
    buildModel({
      tensors: tensors!,
      nodes: [
        ['SequenceConstruct', ['a', 'c'], ['s']],
        ['SequenceAt', ['s', 'zero'], ['y']],
      ],
      outputs: { y: { shape: [2, 3] }, s: {} },
    }),
    { loss: { kind: 'output', name: 'y' }, outputs: 'y', optimizer: 'sgd', trainable: 'a' },
  );
  expect(step.weights.map(({ name }) => name)).toEqual(['a']);
});
