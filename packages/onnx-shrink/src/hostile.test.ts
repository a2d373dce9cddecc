import { PruneError } from '@synaprune/core';
import { decodeModel, encodeModel } from '@synaprune/onnx';
import { buildModel, type ModelParts, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, inject, it } from 'vitest';
import { channelGroups, removeDeadChannels, shrinkOnnx } from './index.js';
import { generateGraph } from './testing/generate-graph.js';
import { createMutator } from './testing/mutate.js';

const numbers = (length: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * 1.7));
const layers: ModelParts = {
  inputs: { x: [1, 4] },
  tensors: { first: { shape: [4, 8], data: numbers(32) }, second: { shape: [8, 2], data: numbers(16) } },
  nodes: [
    ['MatMul', ['x', 'first'], ['h']],
    ['MatMul', ['h', 'second'], ['y']],
  ],
  outputs: ['y'],
};
const changed = (change: (model: ReturnType<typeof decodeModel>) => void): Uint8Array => {
  const model = decodeModel(buildModel(layers));
  change(model);
  return encodeModel(model);
};

const cases: Record<string, Uint8Array> = {
  'an empty file': new Uint8Array(0),
  zeros: new Uint8Array(4096),
  'text instead': new TextEncoder().encode('<!doctype html><title>404</title>'),
  'a name that nothing computes': buildModel({ ...layers, nodes: [['MatMul', ['x', 'nobody'], ['y']]] }),
  'a name that is computed later': buildModel({ ...layers, nodes: [...layers.nodes!].reverse() }),
  'a node that feeds itself': buildModel({ ...layers, nodes: [['Relu', ['y'], ['y']]] }),
  'a circle of two': buildModel({
    ...layers,
    nodes: [
      ['Relu', ['a'], ['b']],
      ['Relu', ['b'], ['a']],
    ],
  }),
  'two initializers of one name': changed(({ graph }) => graph!.initializer.push(graph!.initializer[0]!)),
  'products of lengths that differ': buildModel({
    ...layers,
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['MatMul', ['h', 'first'], ['y']],
    ],
  }),
  'data too short': changed(({ graph }) => {
    graph!.initializer[0]!.rawData = graph!.initializer[0]!.rawData.slice(4);
  }),
  'dims of 2^40 by 2^40': changed(({ graph }) => {
    graph!.initializer[0]!.dims = [2n ** 40n, 2n ** 40n];
  }),
  'negative dims': changed(({ graph }) => {
    graph!.initializer[0]!.dims = [-4n, -8n];
  }),
  'a thousand dims': changed(({ graph }) => {
    graph!.initializer[0]!.dims = new Array<bigint>(1000).fill(1n);
  }),
};

describe('a hostile file is bad-model, and stays as it is', () => {
  it.each(Object.entries(cases))('%s', (_, bytes) => {
    const before = bytes.slice();
    const refused = expect.objectContaining({ name: 'PruneError', code: 'bad-model' });
    expect(() => shrinkOnnx(bytes, { keep: 0.5 })).toThrow(refused);
    expect(() => channelGroups(bytes)).toThrow(refused);
    expect(bytes).toEqual(before);
  });
});

describe('what is long or deep', () => {
  /** `x` through a layer, a chain of nodes, and another layer. */
  const chain = (count: number, link: (i: number, from: string, to: string) => NodeParts): Uint8Array =>
    buildModel({
      ...layers,
      tensors: {
        ...layers.tensors!,
        two: { type: 'int64', shape: [1], data: [2] },
        flat: { type: 'int64', shape: [2], data: [1, -1] },
      } as never,
      nodes: [
        ['MatMul', ['x', 'first'], ['v0']],
        ...Array.from({ length: count }, (_, i) => link(i, `v${i}`, `v${i + 1}`)),
        ['MatMul', [`v${count}`, 'second'], ['y']],
      ],
    });

  const links: Record<string, (i: number, from: string, to: string) => NodeParts> = {
    Relu: (_, from, to) => ['Relu', [from], [to]],
    'Add with itself': (_, from, to) => ['Add', [from, from], [to]],
    Transpose: (_, from, to) => ['Transpose', [from], [to], { perm: [0, 1] }],
    Reshape: (_, from, to) => ['Reshape', [from, 'flat'], [to]],
  };
  it.each(Object.entries(links))(
    'a chain of 5,000 %s overflows nothing, and the layers shrink',
    (_, link) => {
      const { report } = shrinkOnnx(chain(5000, link), { keep: 0.5 });
      expect(report.parameters).toEqual({ before: 48, after: 24 });
    },
  );

  it('sizes that are added up 10,000 times take no longer than that', () => {
    const model = buildModel({
      ...layers,
      nodes: [
        ['MatMul', ['x', 'first'], ['h']],
        ['Shape', ['h'], ['s0']],
        ...Array.from({ length: 10_000 }, (_, i): NodeParts => ['Add', [`s${i}`, `s${i}`], [`s${i + 1}`]]),
        ['ReduceSum', ['s10000'], ['z'], { keepdims: 0 }],
        ['MatMul', ['h', 'second'], ['y']],
      ],
    });
    expect(shrinkOnnx(model, { keep: 0.5 }).report.groups.length).toBeLessThan(2);
  });

  it('graphs 200 deep are refused', () => {
    let graph: ModelParts = { nodes: [['Relu', ['h'], ['o']]], outputs: ['o'] };
    for (let i = 0; i < 200; i += 1) {
      const then_branch = { graph };
      graph = {
        nodes: [
          [
            'If',
            ['c'],
            [`o${i}`],
            {
              then_branch,
              else_branch:
                then_branch.graph.outputs === undefined
                  ? then_branch
                  : { graph: { nodes: [['Relu', ['h'], ['e']]], outputs: ['e'] } },
            },
          ],
        ],
        outputs: [`o${i}`],
      };
    }
    const model = buildModel({
      ...layers,
      inputs: { ...layers.inputs, c: { type: 'bool', shape: [] } } as never,
      nodes: [['MatMul', ['x', 'first'], ['h']], ...graph.nodes!],
      outputs: ['o199'],
    });
    expect(() => shrinkOnnx(model, { keep: 0.5 })).toThrow(expect.objectContaining({ code: 'bad-model' }));
  });
});

describe('mutations of models', () => {
  it('end in a result or an error that says what is wrong, and the bytes stay', () => {
    const mutate = createMutator(20_261_129);
    const rounds = inject('whole') ? 1000 : 200;
    let refused = 0;
    for (let round = 0; round < rounds; round += 1) {
      const mutant = mutate(generateGraph(round % 100).model);
      const before = mutant.slice();
      try {
        shrinkOnnx(mutant, { keep: 0.5 });
      } catch (error) {
        if (!(error instanceof PruneError)) throw new Error(`round ${round}`, { cause: error });
        refused += 1;
      }
      if (Buffer.compare(mutant, before) !== 0) throw new Error(`round ${round} changed its input`);
    }
    expect(refused).toBeGreaterThan(rounds / 10);
  });
});

it('repeats of ten million are followed no index at a time', () => {
  const model = buildModel({
    ...layers,
    tensors: {
      ...layers.tensors,
      times: { type: 'int64', shape: [2], data: BigInt64Array.of(10_000_000n, 10_000_000n) },
    },
    nodes: [
      ['MatMul', ['x', 'first'], ['h']],
      ['Tile', ['first', 'times'], ['many']],
      ['ReduceMax', ['many'], ['most'], { keepdims: 0 }],
      ['Add', ['h', 'most'], ['g']],
      ['MatMul', ['g', 'second'], ['y']],
    ],
  });
  expect(model.length).toBeLessThan(1000);
  const why = 'its axis, or one made of it, has 80000000 indices, which are too many to follow';
  expect(channelGroups(model).held[0]).toEqual({ name: 'first[1]', channels: 8, heldBy: why });
});

it('a chain of twenty thousand nodes is walked without a call inside of a call for each', () => {
  const length = 20_000;
  const model = buildModel({
    ...layers,
    nodes: [
      ['MatMul', ['x', 'first'], ['h0']],
      ...Array.from({ length }, (_, i): NodeParts => ['Relu', [`h${i}`], [`h${i + 1}`]]),
      ['MatMul', [`h${length}`, 'second'], ['y']],
    ],
  });
  expect(removeDeadChannels(model).model.length).toBeGreaterThan(0);
  expect(shrinkOnnx(model, { keep: 0.5 }).report.groups.map(({ kept }) => kept.length)).toEqual([4]);
});
