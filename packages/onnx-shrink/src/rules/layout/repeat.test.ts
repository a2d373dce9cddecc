import type { NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { cut, integers } from '../../testing/cut.js';

const tolerance = 1e-5;
const scalar = (data: number) => ({ type: 'int64' as const, shape: [], data: [data] });

describe('Expand', () => {
  test('hands on axes, whose new lengths its target gets', async () => {
    const { groups, tensors, error } = await cut({
      inputs: { x: [2, 3] },
      weights: { a: [3, 8], b: [8, 4] },
      tensors: { to: integers(5, 2, 8) },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['Expand', ['h', 'to'], ['e']],
        ['MatMul', ['e', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(tensors).toEqual({ a: '3×8→3×4', b: '8×4→4×4' });
    expect(error).toBeLessThan(tolerance);
  });

  test('repeats as often as what it meets has channels', async () => {
    const { groups, error } = await cut({
      inputs: { x: [2, 3] },
      weights: { a: [3, 8], b: [8, 4], c: [3, 1] },
      tensors: { to: integers(2, 8) },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['MatMul', ['x', 'c'], ['one']],
        ['Expand', ['one', 'to'], ['gate']],
        ['Mul', ['h', 'gate'], ['m']],
        ['MatMul', ['m', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });

  test('repeats along an axis that nothing makes, which stays', async () => {
    const { groups, held, error } = await cut({
      inputs: { x: [2, 1, 3] },
      weights: { a: [3, 8], b: [8, 4] },
      tensors: { to: integers(2, 6, 3) },
      nodes: [
        ['Expand', ['x', 'to'], ['wide']],
        ['MatMul', ['wide', 'a'], ['h']],
        ['MatMul', ['h', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(held).toEqual(['b[1]: the output "y", axis 2: it is given out']);
    expect(error).toBeLessThan(tolerance);
  });

  test('takes a target that PyTorch computes from one with -1', async () => {
    const { groups, error } = await cut({
      inputs: { x: ['batch', 3] },
      weights: { a: [3, 8], b: [8, 4] },
      tensors: {
        five: integers(5),
        keep: integers(-1),
        rank: integers(3),
        minus: scalar(-1),
        zero: integers(0),
      },
      nodes: [
        ['MatMul', ['x', 'a'], ['h0']],
        ['Unsqueeze', ['h0', 'zero'], ['h']],
        // torch.onnx: h.expand(5, -1, h.size(2))
        ['Shape', ['h'], ['s']],
        ['Slice', ['s', 'two', 'three'], ['size']],
        ['Concat', ['five', 'keep', 'size'], ['to'], { axis: 0 }],
        [
          'ConstantOfShape',
          ['rank'],
          ['ones'],
          { value: { tensor: { type: 'int64', shape: [1], data: [1] } } },
        ],
        ['Mul', ['ones', 'minus'], ['minuses']],
        ['Equal', ['to', 'minuses'], ['same']],
        ['Where', ['same', 'ones', 'to'], ['target']],
        ['Expand', ['h', 'target'], ['e']],
        ['MatMul', ['e', 'b'], ['y']],
      ].flatMap((node): NodeParts[] =>
        node[0] === 'Slice'
          ? [
              ['Constant', [], ['two'], { value_ints: [2] }],
              ['Constant', [], ['three'], { value_ints: [3] }],
              node as unknown as NodeParts,
            ]
          : [node as unknown as NodeParts],
      ),
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });

  test('to a target that is fed holds what it cannot tell', async () => {
    const parts = {
      inputs: { x: [2, 3], to: { type: 'int64' as const, shape: [2] } },
      weights: { a: [3, 8], b: [8, 4] },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['Expand', ['h', 'to'], ['e']],
        ['MatMul', ['e', 'b'], ['y']],
      ] as NodeParts[],
      outputs: ['y'],
    };
    const { groups, held } = await cut(parts, { feeds: await fed({ x: [2, 3] }, { to: [2, 8] }) });
    expect(groups).toEqual([]);
    expect(held[0]).toBe('a[1]: node "expand1" (Expand), axis 1: how long it gets is computed');
  });
});

describe('Tile', () => {
  test('hands on the channels of what it repeats', async () => {
    const { groups, tensors, error } = await cut({
      inputs: { x: [2, 3] },
      weights: { a: [3, 8], b: [24, 4] },
      tensors: { times: integers(2, 3) },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['Tile', ['h', 'times'], ['t']],
        ['MatMul', ['t', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(tensors.b).toBe('24×4→12×4');
    expect(error).toBeLessThan(tolerance);
  });

  test('repeats one channel as often as what it meets has', async () => {
    const { groups, error } = await cut({
      inputs: { x: [2, 3] },
      weights: { a: [3, 8], b: [8, 4], c: [3, 1] },
      tensors: { times: integers(1, 8) },
      nodes: [
        ['MatMul', ['x', 'a'], ['h']],
        ['MatMul', ['x', 'c'], ['one']],
        ['Tile', ['one', 'times'], ['gate']],
        ['Add', ['h', 'gate'], ['m']],
        ['MatMul', ['m', 'b'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(groups).toEqual(['a[1] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });
});

test('ConstantOfShape of the shape of something is as long as that gets', async () => {
  const { groups, error } = await cut({
    inputs: { x: ['batch', 3] },
    weights: { a: [3, 8], b: [8, 4] },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Shape', ['h'], ['s']],
      ['ConstantOfShape', ['s'], ['twos'], { value: { tensor: { shape: [1], data: [2] } } }],
      ['Add', ['h', 'twos'], ['m']],
      ['MatMul', ['m', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual(['a[1] 8→4']);
  expect(error).toBeLessThan(tolerance);
});

test('Range to the length of an axis holds it', async () => {
  const { groups, held } = await cut({
    inputs: { x: [2, 3] },
    weights: { a: [3, 8], b: [8, 4] },
    tensors: { zero: scalar(0), one: scalar(1) },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      ['Shape', ['h'], ['s']],
      ['Gather', ['s', 'one'], ['n']],
      ['Range', ['zero', 'n', 'one'], ['r']],
      ['Cast', ['r'], ['f'], { to: 1 }],
      ['Add', ['h', 'f'], ['m']],
      ['MatMul', ['m', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual([]);
  expect(held[0]).toBe('a[1]: node "range3" (Range), axis 0: it is counted to its length');
});

test('Range and Trilu hand on what they do not count along', async () => {
  const { groups, error } = await cut({
    inputs: { x: [4, 4] },
    weights: { a: [3, 1, 4], b: [3, 4, 1] },
    tensors: { axes: integers(0) },
    nodes: [
      ['Mul', ['x', 'a'], ['h']],
      ['Trilu', ['h'], ['t']],
      ['Mul', ['t', 'b'], ['m']],
      ['ReduceSum', ['m', 'axes'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(groups).toEqual([]);
  expect(error).toBe(0);
});

async function fed(floats: Record<string, number[]>, whole: Record<string, number[]>) {
  const { feedsFor } = await import('../../testing/run-model.js');
  const ort = await import('onnxruntime-node');
  const feeds = feedsFor(
    Object.entries(floats).map(([name, shape]) => ({ name, type: 'float32' as const, shape })),
    1,
  );
  const more = Object.entries(whole).map(([name, data]) => [
    name,
    new ort.Tensor('int64', BigInt64Array.from(data, BigInt), [data.length]),
  ]);
  return { ...feeds, ...Object.fromEntries(more) };
}
