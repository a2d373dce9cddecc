import { buildModel, type GraphParts, type TensorParts } from '@synaprune/onnx/graph';
import { describe, expect, it } from 'vitest';
import { checkedShrink } from '../../testing/checked-shrink.js';
import { feedsFor } from '../../testing/run-model.js';

const matrix = (shape: readonly number[], seed = 1): TensorParts => ({
  shape,
  data: Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.sin(seed + i * 1.3)),
});
const feeds = feedsFor([{ name: 'x', type: 'float32', shape: [3, 4] }], 0);

/** Two layers of 8 units from 4 to 4, one of whose tensors lies outside. */
const perceptron = (from: string, to: string): Pick<GraphParts, 'tensors' | 'nodes'> => ({
  tensors: { up: matrix([4, 8], 2) },
  nodes: [
    ['MatMul', [from, 'up'], ['u']],
    ['Relu', ['u'], ['v']],
    ['MatMul', ['v', 'down'], [to]],
  ],
});

describe('Loop', () => {
  const body: GraphParts = {
    inputs: { i: { type: 'int64', shape: [] }, go: { type: 'bool', shape: [] }, state: ['rows', 4] },
    ...perceptron('state', 'next'),
    nodes: [
      ...perceptron('state', 'next').nodes!,
      ['Identity', ['go'], ['on']],
      ['Identity', ['u'], ['seen']],
    ],
    outputs: ['on', 'next', 'seen'],
  };
  const model = (outputs: readonly string[], inner: GraphParts) =>
    buildModel({
      inputs: { x: [3, 4] },
      tensors: {
        turns: { type: 'int64', shape: [], data: [3] },
        before: matrix([4, 4], 4),
        down: matrix([8, 4], 3),
      },
      nodes: [
        ['MatMul', ['x', 'before'], ['h']],
        ['Loop', ['turns', '', 'h'], outputs, { body: { graph: inner } }, 'turning'],
      ],
      outputs,
    });

  it('what lies wholly inside shrinks, what is carried stays', async () => {
    const inner: GraphParts = { ...body, nodes: body.nodes!.slice(0, -1), outputs: ['on', 'next'] };
    const { report } = await checkedShrink(model(['y'], inner), feeds);
    expect(report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([
      ['graph/turning.body/up[1]', 4],
    ]);
    expect(report.held.map(({ name, heldBy }) => [name, heldBy])).toEqual([
      ['before[1]', 'node "turning" (Loop), axis 1: it is carried from one turn to the next'],
      ['down[1]', 'node "turning" (Loop), axis 1: it is carried from one turn to the next'],
    ]);
  });

  it('what is collected from all turns stays', async () => {
    const { report } = await checkedShrink(model(['y', 'all'], body), feeds);
    expect(report.groups).toEqual([]);
    expect(report.held.find(({ name }) => name === 'graph/turning.body/up[1]')?.heldBy).toBe(
      'node "turning" (Loop), axis 1: it is collected from all turns',
    );
  });

  it('a body that carries on other axes than it got is left alone', async () => {
    const growing: GraphParts = {
      ...body,
      inputs: {
        i: { type: 'int64', shape: [] },
        go: { type: 'bool', shape: [] },
        state: { type: 'float32' },
      },
      nodes: [
        ['MatMul', ['state', 'up'], ['u']],
        ['Relu', ['u'], ['v']],
        ['MatMul', ['v', 'down'], ['w']],
        ['Unsqueeze', ['w', 'front'], ['next']],
        ['Identity', ['go'], ['on']],
      ],
      outputs: ['on', 'next'],
      tensors: { up: matrix([4, 8], 2), front: { type: 'int64', shape: [1], data: [0] } },
    };
    const { report } = await checkedShrink(model(['y'], growing), feeds);
    expect(report.groups).toEqual([]);
    expect(report.held.find(({ name }) => name === 'graph/turning.body/up[1]')?.heldBy).toBe(
      'node "turning" (Loop), axis 1: what it carries may have another number of axes every turn',
    );
  });
});

describe('Scan', () => {
  it('what lies wholly inside shrinks, what is scanned, carried and collected stays', async () => {
    const body: GraphParts = {
      inputs: { state: [4], slice: [4] },
      ...perceptron('sum', 'next'),
      nodes: [
        ['Add', ['state', 'slice'], ['sum']],
        ...perceptron('sum', 'next').nodes!,
        ['Tanh', ['next'], ['out']],
      ],
      outputs: ['next', 'out'],
    };
    const model = buildModel({
      inputs: { x: [3, 4] },
      tensors: { start: matrix([4], 8), before: matrix([4, 4], 4), down: matrix([8, 4], 3) },
      nodes: [
        ['MatMul', ['x', 'before'], ['h']],
        ['Scan', ['start', 'h'], ['last', 'y'], { body: { graph: body }, num_scan_inputs: 1 }, 'scanning'],
      ],
      outputs: ['last', 'y'],
    });
    const { report } = await checkedShrink(model, feeds);
    expect(report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([
      ['graph/scanning.body/up[1]', 4],
    ]);
    expect(report.held.map(({ name, heldBy }) => [name, heldBy])).toEqual([
      ['before[1]', 'node "scanning" (Scan), axis 1: it is scanned over'],
      ['down[1]', 'node "scanning" (Scan), axis 0: it is carried from one turn to the next'],
    ]);
  });
});

describe('SequenceMap', () => {
  it('what lies wholly inside shrinks', async () => {
    const body: GraphParts = {
      inputs: { one: [3, 4] },
      ...perceptron('one', 'out'),
      outputs: { out: [3, 4] },
    };
    const model = buildModel({
      inputs: { x: [3, 4] },
      tensors: { down: matrix([8, 4], 3), first: { type: 'int64', shape: [], data: [0] } },
      nodes: [
        ['SequenceConstruct', ['x', 'x'], ['s']],
        ['SequenceMap', ['s'], ['t'], { body: { graph: body } }, 'mapping'],
        ['SequenceAt', ['t', 'first'], ['y']],
      ],
      outputs: ['y'],
    });
    const { report } = await checkedShrink(model, feeds);
    expect(report.groups.map(({ name, kept }) => [name, kept.length])).toEqual([
      ['graph/mapping.body/up[1]', 4],
    ]);
    expect(report.held.map(({ name, heldBy }) => [name, heldBy])).toEqual([
      ['down[1]', 'node "mapping" (SequenceMap), axis 1: it is collected from all turns'],
    ]);
  });
});
