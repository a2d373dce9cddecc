import { decodeModel } from '@synaprune/onnx';
import { type AttributeParts, float, type NodeParts } from '@synaprune/onnx/graph';
import { describe, expect, test } from 'vitest';
import { cut, integers, type Parts } from '../../testing/cut.js';

const tolerance = 1e-5;

interface Operator {
  readonly op: string;
  readonly opset?: number;
  readonly heads: number;
  readonly shared?: number;
  readonly size?: number;
  readonly valueSize?: number;
  readonly attributes: Readonly<Record<string, AttributeParts>>;
  readonly more?: readonly string[];
  readonly weights?: Parts['weights'];
  readonly tensors?: Parts['tensors'];
  readonly inputs?: Parts['inputs'];
  readonly outputs?: readonly string[];
  readonly before?: readonly NodeParts[];
}

/** An operator that reads products of [2, 5, 6] with heads beside one another, and a product that reads it. */
function model(parts: Operator): Parts {
  const { op, opset = 23, heads, shared = heads, size = 4, valueSize = size, attributes, more = [] } = parts;
  return {
    opset,
    inputs: { x: [2, 5, 6], ...parts.inputs },
    weights: {
      wq: [6, heads * size],
      wk: [6, shared * size],
      wv: [6, shared * valueSize],
      wo: [heads * valueSize, 3],
      ...parts.weights,
    },
    ...(parts.tensors === undefined ? {} : { tensors: parts.tensors }),
    nodes: [
      ['MatMul', ['x', 'wq'], ['q']],
      ['MatMul', ['x', 'wk'], ['k']],
      ['MatMul', ['x', 'wv'], ['v']],
      ...(parts.before ?? []),
      [op, ['q', 'k', 'v', ...more], ['mixed', ...(parts.outputs ?? [])], attributes, 'attend'],
      ['MatMul', ['mixed', 'wo'], ['y']],
    ],
    outputs: ['y'],
  };
}

const attributeOf = (bytes: Uint8Array, name: string) => {
  const node = decodeModel(bytes).graph!.node.find((each) => each.name === 'attend')!;
  const found = node.attribute.find((each) => each.name === name);
  return found === undefined ? undefined : found.ints.length > 0 ? found.ints.map(Number) : Number(found.i);
};

describe('Attention', () => {
  const counts = (q: number, kv: number) => ({ q_num_heads: q, kv_num_heads: kv });

  test('loses heads, and is told how many are left', async () => {
    const result = await cut(model({ op: 'Attention', heads: 4, attributes: counts(4, 4) }));
    expect(result.groups).toEqual(['wq[1] 4→2 heads']);
    expect(result.tensors).toEqual({ wq: '6×16→6×8', wk: '6×16→6×8', wv: '6×16→6×8', wo: '16×3→8×3' });
    expect(attributeOf(result.model, 'q_num_heads')).toBe(2);
    expect(attributeOf(result.model, 'kv_num_heads')).toBe(2);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('loses heads of other values than keys, masked and causal', async () => {
    const result = await cut(
      model({
        op: 'Attention',
        heads: 4,
        valueSize: 6,
        attributes: { ...counts(4, 4), is_causal: 1 },
        more: ['mask'],
        weights: { mask: [1, 4, 5, 5] },
      }),
    );
    expect(result.groups).toEqual(['wq[1] 4→2 heads']);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('loses whole groups of heads that share keys and values', async () => {
    const result = await cut(model({ op: 'Attention', heads: 6, shared: 2, attributes: counts(6, 2) }));
    expect(result.groups[0]).toMatch(/2→1 heads/);
    expect(result.tensors).toEqual({ wq: '6×24→6×12', wk: '6×8→6×4', wv: '6×8→6×4', wo: '24×3→12×3' });
    expect(attributeOf(result.model, 'q_num_heads')).toBe(3);
    expect(attributeOf(result.model, 'kv_num_heads')).toBe(1);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('of one head keeps the scale that its size gave it', async () => {
    const result = await cut(
      model({ op: 'Attention', heads: 1, size: 6, valueSize: 8, attributes: counts(1, 1) }),
    );
    expect(result.groups).toEqual(['wq[1] 6→3', 'wv[1] 8→4']);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('with heads on an axis of their own loses them', async () => {
    const parts = model({ op: 'Attention', heads: 4, attributes: {} });
    const apart = (name: string): NodeParts[] => [
      ['Reshape', [name, 'apart'], [`${name}4`]],
      ['Transpose', [`${name}4`], [`${name}5`], { perm: [0, 2, 1, 3] }],
    ];
    const [q, k, v] = parts.nodes!;
    const result = await cut({
      ...parts,
      tensors: { apart: integers(0, 0, 4, 4), flat: integers(0, 0, -1) },
      nodes: [
        q!,
        k!,
        v!,
        ...['q', 'k', 'v'].flatMap(apart),
        ['Attention', ['q5', 'k5', 'v5'], ['m'], {}],
        ['Transpose', ['m'], ['m2'], { perm: [0, 2, 1, 3] }],
        ['Reshape', ['m2', 'flat'], ['m3']],
        ['MatMul', ['m3', 'wo'], ['y']],
      ],
    });
    expect(result.groups).toEqual(['wq[1] 4→2 heads']);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('keeps heads whose earlier keys are fed', async () => {
    const result = await cut(
      model({
        op: 'Attention',
        heads: 4,
        attributes: counts(4, 4),
        more: ['', 'past_k', 'past_v'],
        inputs: { past_k: [2, 4, 3, 4], past_v: [2, 4, 3, 4] },
        outputs: ['now_k', 'now_v'],
      }),
    );
    expect(result.groups).toEqual([]);
    expect(result.held).toContain('wq[1]: the input "past_k", axis 1: it is fed');
  });
});

describe('com.microsoft MultiHeadAttention', () => {
  const op = 'com.microsoft::MultiHeadAttention';

  test('loses heads, also of its bias', async () => {
    const result = await cut(
      model({
        op,
        opset: 17,
        heads: 4,
        valueSize: 6,
        attributes: { num_heads: 4 },
        more: ['b'],
        weights: { b: [56] },
      }),
    );
    expect(result.groups).toEqual(['wq[1] 4→2 heads']);
    expect(result.tensors.b).toBe('56→28');
    expect(attributeOf(result.model, 'num_heads')).toBe(2);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('of one head keeps the scale that its size gave it', async () => {
    const result = await cut(
      model({ op, opset: 17, heads: 1, size: 6, valueSize: 8, attributes: { num_heads: 1 } }),
    );
    expect(result.groups).toEqual(['wq[1] 6→3', 'wv[1] 8→4']);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('gets something added to the scores of each head', async () => {
    const result = await cut(
      model({
        op,
        opset: 17,
        heads: 4,
        attributes: { num_heads: 4 },
        more: ['', '', 'bias'],
        weights: { bias: [1, 4, 5, 5] },
      }),
    );
    expect(result.groups).toEqual(['wq[1] 4→2 heads']);
    expect(result.tensors.bias).toBe('1×4×5×5→1×2×5×5');
    expect(result.error).toBeLessThan(tolerance);
  });
});

describe('com.microsoft Attention', () => {
  const parts = (
    attributes: Readonly<Record<string, AttributeParts>>,
    wide: number,
    value: number,
  ): Parts => ({
    inputs: { x: [2, 5, 6] },
    weights: { w0: [6, 6], w: [6, wide], b: [wide], wo: [value, 3] },
    nodes: [
      ['MatMul', ['x', 'w0'], ['h']],
      ['com.microsoft::Attention', ['h', 'w', 'b'], ['mixed'], attributes, 'attend'],
      ['MatMul', ['mixed', 'wo'], ['y']],
    ],
    outputs: ['y'],
  });

  test('loses heads of its fused weight, and reads fewer features', async () => {
    const result = await cut(parts({ num_heads: 4 }, 48, 16));
    expect(result.groups.toSorted()).toEqual(['w0[1] 6→3', 'w[1] 4→2 heads']);
    expect(result.tensors).toEqual({ w0: '6×6→6×3', w: '6×48→3×24', b: '48→24', wo: '16×3→8×3' });
    expect(attributeOf(result.model, 'num_heads')).toBe(2);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('is told the sizes of queries, keys and values that are left', async () => {
    const result = await cut(parts({ num_heads: 4, qkv_hidden_sizes: [16, 16, 24] }, 56, 24));
    expect(result.groups).toContain('w[1] 4→2 heads');
    expect(attributeOf(result.model, 'qkv_hidden_sizes')).toEqual([8, 8, 12]);
    expect(result.error).toBeLessThan(tolerance);
  });
});

describe('com.microsoft GroupQueryAttention', () => {
  const op = 'com.microsoft::GroupQueryAttention';
  const attributes = { num_heads: 6, kv_num_heads: 2 };
  const tensors = {
    lengths: { type: 'int32' as const, shape: [2, 1], data: [4, 4] },
    total: { type: 'int32' as const, shape: [1], data: [5] },
  };

  test('loses whole groups of heads', async () => {
    const result = await cut(
      model({
        op,
        opset: 17,
        heads: 6,
        shared: 2,
        size: 8,
        attributes,
        more: ['', '', 'lengths', 'total'],
        outputs: ['now_k', 'now_v'],
        tensors,
      }),
    );
    expect(result.groups[0]).toMatch(/2→1 heads/);
    expect(result.tensors).toEqual({ wq: '6×48→6×24', wk: '6×16→6×8', wv: '6×16→6×8', wo: '48×3→24×3' });
    expect(attributeOf(result.model, 'num_heads')).toBe(3);
    expect(attributeOf(result.model, 'kv_num_heads')).toBe(1);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('loses the same place of every group where keys are given out', async () => {
    const parts = model({
      op,
      opset: 17,
      heads: 6,
      shared: 2,
      size: 8,
      attributes,
      more: ['', '', 'lengths', 'total'],
      outputs: ['now_k', 'now_v'],
      tensors,
    });
    const result = await cut({ ...parts, outputs: ['y', 'now_k'] });
    expect(result.groups).toEqual(['wq[1] 3→2']);
    expect(attributeOf(result.model, 'num_heads')).toBe(4);
    expect(attributeOf(result.model, 'kv_num_heads')).toBe(2);
    expect(result.error).toBeLessThan(tolerance);
  });

  test('of one tensor with queries, keys and values loses whole groups', async () => {
    const result = await cut({
      inputs: { x: [2, 5, 6] },
      weights: { w: [6, 80], wo: [48, 3] },
      tensors,
      nodes: [
        ['MatMul', ['x', 'w'], ['qkv']],
        [op, ['qkv', '', '', '', '', 'lengths', 'total'], ['mixed', 'now_k', 'now_v'], attributes, 'attend'],
        ['MatMul', ['mixed', 'wo'], ['y']],
      ],
      outputs: ['y'],
    });
    expect(result.groups).toEqual(['w[1] 2→1 heads']);
    expect(result.tensors).toEqual({ w: '6×80→6×40', wo: '48×3→24×3' });
    expect(result.error).toBeLessThan(tolerance);
  });
});

describe.each([
  ['RotaryEmbedding', 23, ['cos', 'sin', 'at'], { num_heads: 4 }],
  ['com.microsoft::RotaryEmbedding', 17, ['at', 'cos', 'sin'], {}],
  ['com.microsoft::RotaryEmbedding', 17, ['at', 'cos', 'sin'], { num_heads: 4, rotary_embedding_dim: 4 }],
] as const)('%s of opset %i', (op, opset, order, attributes) => {
  test(`turns heads, of which some may go: ${JSON.stringify(attributes)}`, async () => {
    const partly = 'rotary_embedding_dim' in attributes;
    const parts = model({
      op: 'com.microsoft::MultiHeadAttention',
      opset,
      heads: 4,
      size: 8,
      attributes: { num_heads: 4 },
      weights: { cos: [9, partly ? 2 : 4], sin: [9, partly ? 2 : 4] },
      tensors: { at: { type: 'int64', shape: [2, 5], data: [0, 1, 2, 3, 4, 4, 5, 6, 7, 8] } },
    });
    const turn = (name: string): NodeParts => [op, [name, ...order], [`${name}_turned`], attributes];
    const nodes = parts.nodes!.flatMap((node): NodeParts[] => {
      if (node[0] !== 'com.microsoft::MultiHeadAttention') return [node];
      const [name, [q, k, ...rest], ...more] = node;
      return [turn('q'), turn('k'), [name, [`${q}_turned`, `${k}_turned`, ...rest], ...more]];
    });
    const result = await cut({ ...parts, nodes });
    expect(result.groups).toEqual(['wq[1] 4→2 heads']);
    expect(result.tensors).not.toHaveProperty('cos');
    expect(result.error).toBeLessThan(tolerance);
  });
});

describe('normalised sums', () => {
  const across = { across: 'normalisation' } as const;

  test('SkipLayerNormalization holds what it normalises over, and says so', async () => {
    const { groups, held } = await cut(skip);
    expect(groups).toEqual([]);
    expect(held[0]).toBe(
      `a[1]: node "skip" (com.microsoft::SkipLayerNormalization), axis 2: it is normalised over: without a unit the others change; across: 'normalisation' allows it`,
    );
  });

  test('SkipLayerNormalization loses channels where that is allowed, those of its parameters too', async () => {
    const { tensors } = await cut(skip, across);
    expect(tensors).toEqual({
      a: '6×8→6×4',
      b: '6×8→6×4',
      gamma: '8→4',
      beta: '8→4',
      bias: '8→4',
      out: '8×3→4×3',
    });
  });

  const skip: Parts = {
    inputs: { x: [2, 5, 6] },
    weights: { a: [6, 8], b: [6, 8], gamma: [8], beta: [8], bias: [8], out: [8, 3] },
    nodes: [
      ['MatMul', ['x', 'a'], ['p']],
      ['MatMul', ['x', 'b'], ['q']],
      [
        'com.microsoft::SkipLayerNormalization',
        ['p', 'q', 'gamma', 'beta', 'bias'],
        ['n', '', '', 'sum'],
        { epsilon: float(1e-5) },
        'skip',
      ],
      ['Add', ['n', 'sum'], ['s']],
      ['MatMul', ['s', 'out'], ['y']],
    ],
    outputs: ['y'],
  };

  test('EmbedLayerNormalization loses columns of its tables where that is allowed', async () => {
    const ids = { type: 'int32' as const, shape: [2, 5] };
    const { tensors } = await cut(
      {
        weights: { word: [9, 8], position: [5, 8], segment: [2, 8], gamma: [8], beta: [8], out: [8, 3] },
        tensors: {
          ids: { ...ids, data: [1, 2, 3, 4, 5, 6, 7, 8, 0, 1] },
          kinds: { ...ids, data: [0, 0, 0, 1, 1, 0, 0, 0, 1, 1] },
        },
        inputs: { x: [1] },
        nodes: [
          [
            'com.microsoft::EmbedLayerNormalization',
            ['ids', 'kinds', 'word', 'position', 'segment', 'gamma', 'beta'],
            ['n', 'mask'],
          ],
          ['MatMul', ['n', 'out'], ['m']],
          ['Add', ['m', 'x'], ['y']],
        ],
        outputs: ['y'],
      },
      across,
    );
    expect(tensors).toEqual({
      word: '9×8→9×4',
      position: '5×8→5×4',
      segment: '2×8→2×4',
      gamma: '8→4',
      beta: '8→4',
      out: '8×3→4×3',
    });
  });
});

test.each(['BiasGelu', 'FastGelu'])('com.microsoft %s hands channels on with its bias', async (op) => {
  const { tensors, error } = await cut({
    inputs: { x: [2, 6] },
    weights: { a: [6, 8], bias: [8], b: [8, 3] },
    nodes: [
      ['MatMul', ['x', 'a'], ['h']],
      [`com.microsoft::${op}`, ['h', 'bias'], ['g']],
      ['MatMul', ['g', 'b'], ['y']],
    ],
    outputs: ['y'],
  });
  expect(tensors).toEqual({ a: '6×8→6×4', bias: '8→4', b: '8×3→4×3' });
  expect(error).toBeLessThan(tolerance);
});
