import type { NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { cut, integers, type Parts } from '../../testing/cut.js';

const tolerance = 1e-5;
const scalar = (data: number) => ({ type: 'int64' as const, shape: [], data: [data] });

interface Written {
  readonly heads: number;
  readonly shared?: number;
  readonly size?: number;
  readonly valueSize?: number;
  /** How heads of keys and values become as many as those of queries: `name` of `[2, shared, rows, size]`. */
  readonly repeat?: (name: string, size: number) => readonly [nodes: readonly NodeParts[], name: string];
  readonly tensors?: Parts['tensors'];
  /** Rows that are attended to, where they are not those that attend. */
  readonly memory?: number;
  readonly mask?: 'Add' | 'Where';
}

/** Attention over [2, 5, 6], and a product that reads it. */
function written({
  heads,
  shared = heads,
  size = 4,
  valueSize = size,
  repeat,
  memory,
  mask,
  tensors,
}: Written): Parts {
  const rows = memory ?? 5;
  const source = memory === undefined ? 'x' : 'memory';
  const apart = (of: string, count: number): NodeParts[] => [
    ['MatMul', [of === 'q' ? 'x' : source, `w${of}`], [`${of}0`]],
    ['Add', [`${of}0`, `b${of}`], [`${of}1`]],
    ['Reshape', [`${of}1`, `apart_${of}`], [`${of}2`]],
    ['Transpose', [`${of}2`], [`${of}${count}`], { perm: [0, 2, 1, 3] }],
  ];
  const [kNodes, k] = repeat?.('k3', size) ?? [[], 'k3'];
  const [vNodes, v] = repeat?.('v3', valueSize) ?? [[], 'v3'];
  const masked: Readonly<Record<string, readonly NodeParts[]>> = {
    none: [['Identity', ['scaled'], ['masked']]],
    Add: [['Add', ['scaled', 'mask'], ['masked']]],
    Where: [
      ['Cast', ['mask'], ['allowed'], { to: 9 }],
      ['Where', ['allowed', 'scaled', 'low'], ['masked']],
    ],
  };
  return {
    inputs: {
      x: [2, 5, 6],
      ...(memory === undefined ? {} : { memory: [2, memory, 6] }),
      ...(mask ? { mask: [2, 1, 5, rows] } : {}),
    },
    weights: {
      wq: [6, heads * size],
      wk: [6, shared * size],
      wv: [6, shared * valueSize],
      bq: [heads * size],
      bk: [shared * size],
      bv: [shared * valueSize],
      wo: [heads * valueSize, 3],
    },
    tensors: {
      apart_q: integers(0, 0, heads, size),
      apart_k: integers(0, 0, shared, size),
      apart_v: integers(0, -1, shared, valueSize),
      root: { shape: [], data: [1 / Math.sqrt(size)] },
      low: { shape: [], data: [-1e4] },
      together: integers(2, 5, heads * valueSize),
      ...tensors,
    },
    nodes: [
      ...apart('q', 3),
      ...apart('k', 3),
      ...apart('v', 3),
      ...kNodes,
      ...vNodes,
      ['Transpose', [k], ['kt'], { perm: [0, 1, 3, 2] }],
      ['MatMul', ['q3', 'kt'], ['scores']],
      ['Mul', ['scores', 'root'], ['scaled']],
      ...masked[mask ?? 'none']!,
      ['Softmax', ['masked'], ['weights'], { axis: -1 }],
      ['MatMul', ['weights', v], ['mixed']],
      ['Transpose', ['mixed'], ['m1'], { perm: [0, 2, 1, 3] }],
      ['Reshape', ['m1', 'together'], ['m2']],
      ['MatMul', ['m2', 'wo'], ['y']],
    ],
    outputs: ['y'],
  };
}

describe('attention that is written out', () => {
  test('loses heads', async () => {
    const { groups, tensors, error } = await cut(written({ heads: 4 }));
    expect(groups).toEqual(['wq[1] 4→2 heads']);
    expect(tensors).toMatchObject({ wq: '6×16→6×8', wk: '6×16→6×8', bv: '16→8', wo: '16×3→8×3' });
    expect(error).toBeLessThan(tolerance);
  });

  test.each(['Add', 'Where'] as const)('loses heads where rows are masked with %s', async (mask) => {
    const { groups, error } = await cut(written({ heads: 4, mask }));
    expect(groups).toEqual(['wq[1] 4→2 heads']);
    expect(error).toBeLessThan(tolerance);
  });

  test('loses heads that have other values than keys', async () => {
    const { groups, tensors, error } = await cut(written({ heads: 4, valueSize: 7 }));
    expect(groups).toEqual(['wq[1] 4→2 heads']);
    expect(tensors).toMatchObject({ wk: '6×16→6×8', wv: '6×28→6×14', wo: '28×3→14×3' });
    expect(error).toBeLessThan(tolerance);
  });

  test('loses heads that attend to another number of rows', async () => {
    const { groups, error } = await cut(written({ heads: 4, memory: 9 }));
    expect(groups).toEqual(['wq[1] 4→2 heads']);
    expect(error).toBeLessThan(tolerance);
  });

  test('of one head loses what keys and queries have, and what values have', async () => {
    const { groups, error } = await cut(written({ heads: 1, size: 6, valueSize: 8 }));
    expect(groups).toEqual(['wq[1] 6→3', 'wv[1] 8→4']);
    expect(error).toBeLessThan(tolerance);
  });
});

const unsqueezed = (name: string): NodeParts => ['Unsqueeze', [name, 'two'], [`${name}5`]];
const repeats: Readonly<Record<string, Partial<Written>>> = {
  'Unsqueeze, Expand and Reshape': {
    tensors: { two: integers(2), many4: integers(2, 2, 3, 5, 4), flat4: integers(2, 6, 5, 4) },
    repeat: (name) => [
      [
        unsqueezed(name),
        ['Expand', [`${name}5`, 'many4'], [`${name}6`]],
        ['Reshape', [`${name}6`, 'flat4'], [`${name}7`]],
      ],
      `${name}7`,
    ],
  },
  'Unsqueeze, Tile and Reshape': {
    tensors: { two: integers(2), times: integers(1, 1, 3, 1, 1), flat4: integers(2, 6, 5, 4) },
    repeat: (name) => [
      [
        unsqueezed(name),
        ['Tile', [`${name}5`, 'times'], [`${name}6`]],
        ['Reshape', [`${name}6`, 'flat4'], [`${name}7`]],
      ],
      `${name}7`,
    ],
  },
  Gather: {
    tensors: { which: integers(0, 0, 0, 1, 1, 1) },
    repeat: (name) => [[['Gather', [name, 'which'], [`${name}7`], { axis: 1 }]], `${name}7`],
  },
  'Expand of a shape that is computed': {
    tensors: {
      two: integers(2),
      front: integers(0, 1),
      back: integers(2, 3),
      three: integers(3),
      zero: scalar(0),
      flat4: integers(2, 6, 5, 4),
    },
    repeat: (name) => [
      [
        ['Shape', [name], [`${name}s`]],
        ['Gather', [`${name}s`, 'front'], [`${name}f`]],
        ['Gather', [`${name}s`, 'back'], [`${name}b`]],
        ['Concat', [`${name}f`, 'three', `${name}b`], [`${name}t`], { axis: 0 }],
        unsqueezed(name),
        ['Expand', [`${name}5`, `${name}t`], [`${name}6`]],
        ['Reshape', [`${name}6`, 'flat4'], [`${name}7`]],
      ],
      `${name}7`,
    ],
  },
};

describe.each(Object.entries(repeats))('heads that share keys and values by %s', (_, parts) => {
  test('go in whole groups', async () => {
    const { groups, tensors, error } = await cut(written({ heads: 6, shared: 2, ...parts }));
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatch(/^w[qk]\[1\] 2→1 heads$/);
    expect(tensors).toMatchObject({ wq: '6×24→6×12', wk: '6×8→6×4', wv: '6×8→6×4', wo: '24×3→12×3' });
    expect(error).toBeLessThan(tolerance);
  });
});

test.each([
  ['broadcasting', {}],
  [
    'Expand',
    {
      tensors: { wide4: integers(2, 6, 5, 4) },
      repeat: (name: string) => [[['Expand', [name, 'wide4'], [`${name}7`]]], `${name}7`] as never,
    },
  ],
  [
    'Tile',
    {
      tensors: { times: integers(1, 6, 1, 1) },
      repeat: (name: string) => [[['Tile', [name, 'times'], [`${name}7`]]], `${name}7`] as never,
    },
  ],
] as const)('one head of keys and values for all by %s: queries lose heads', async (_, parts) => {
  const { groups, tensors, error } = await cut(
    written({ heads: 6, shared: 1, ...(parts as Partial<Written>) }),
  );
  expect(groups).toEqual(['wq[1] 6→3 heads']);
  expect(tensors).toEqual({ wq: '6×24→6×12', bq: '24→12', wo: '24×3→12×3' });
  expect(error).toBeLessThan(tolerance);
});

test('several groups whose keys are given out lose the same place in every group', async () => {
  const { groups, tensors, error } = await cut({
    ...written({ heads: 6, shared: 2, ...repeats['Unsqueeze, Expand and Reshape'] }),
    outputs: ['y', 'k3'],
  });
  expect(groups).toEqual(['wq[1] 3→2 heads']);
  expect(tensors).toEqual({ wq: '6×24→6×16', bq: '24→16', wo: '24×3→16×3' });
  expect(error).toBeLessThan(tolerance);
});
