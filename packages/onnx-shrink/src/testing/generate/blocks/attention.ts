import { linear } from '../kernels.js';
import { binary, concat, reshape, slice, split, transpose, unary } from '../operators.js';
import type { Program, Value } from '../program.js';
import { type Block, channelsOf, isSequence, some } from './block.js';
import { layerNorm } from './sequence.js';

/** `[batch, heads, time, size]` of `[batch, time, heads * size]`. */
function apart(p: Program, x: Value, heads: number): Value {
  const size = channelsOf(x) / heads;
  return transpose(p, reshape(p, x, [{ axis: 0 }, { axis: 1 }, heads, size], 3), [0, 2, 1, 3]);
}

/** Each of the heads of keys and values, as often as there are heads of queries that share it. */
function repeated(p: Program, x: Value, times: number): Value {
  if (times === 1) return x;
  const [, heads = 1, , size = 1] = x.shape;
  const five = reshape(p, x, [{ axis: 0 }, heads, 1, { axis: 2 }, size], 4);
  const [name] = p.node(
    'Concat',
    Array.from({ length: times }, () => five.name),
    { axis: 2 },
  );
  const wide = { ...five, name: name!, shape: five.shape.map((e, axis) => (axis === 2 ? times : e)) };
  return reshape(p, wide, [{ axis: 0 }, heads * times, { axis: 3 }, size], 3);
}

interface Attention {
  readonly heads: number;
  readonly size: number;
  /** The size of a head of the values, where it is another. */
  readonly valueSize?: number;
  /** How many heads the keys and values have. */
  readonly shared?: number;
  readonly fused?: boolean;
  readonly memory?: Value;
}

function attention(p: Program, x: Value, options: Attention): Value {
  const { heads, size, valueSize = size, shared = heads, fused = false, memory = x } = options;
  const [q, k, v] = fused
    ? fusedHeads(p, x, heads, size)
    : ([
        apart(p, linear(p, x, heads * size), heads),
        apart(p, linear(p, memory, shared * size), shared),
        apart(p, linear(p, memory, shared * valueSize), shared),
      ] as const);
  // One head for all is broadcast as it is; several are repeated.
  const times = shared === 1 && p.random.chance(0.5) ? 1 : heads / shared;
  const turned = transpose(p, repeated(p, k, times), [0, 1, 3, 2]);
  const root = p.tensor([], [Math.sqrt(size)]);
  const scaled = p.random.chance(0.5) ? binary(p, 'Div', q, root) : q;
  const [product] = p.node('MatMul', [scaled.name, turned.name]);
  const scores: Value = {
    ...q,
    name: product!,
    shape: [...q.shape.slice(0, 3), turned.shape[3]!],
    open: [...q.open.slice(0, 3), turned.open[3]!],
  };
  const ranked = unary(p, 'Softmax', scaled === q ? binary(p, 'Div', scores, root) : scores, {
    axis: p.random.pick([-1, 3]),
  });
  const [mixed] = p.node('MatMul', [ranked.name, repeated(p, v, times).name]);
  const out: Value = { ...q, name: mixed!, shape: [...q.shape.slice(0, 3), valueSize] };
  const together = reshape(
    p,
    transpose(p, out, [0, 2, 1, 3]),
    [{ axis: 0 }, { axis: 1 }, heads * valueSize],
    2,
  );
  return linear(p, together, channelsOf(x));
}

/** Queries, keys and values from one product: cut before the heads are told apart, or after. */
function fusedHeads(p: Program, x: Value, heads: number, size: number): readonly [Value, Value, Value] {
  const all = linear(p, x, 3 * heads * size);
  const way = p.random.between(0, 2);
  if (way === 0) {
    const n = heads * size;
    return split(p, all, 2, [n, n, n]).map((each) => apart(p, each, heads)) as unknown as readonly [
      Value,
      Value,
      Value,
    ];
  }
  if (way === 1) {
    const n = heads * size;
    return [0, 1, 2].map((i) =>
      apart(p, slice(p, all, 2, i * n, (i + 1) * n), heads),
    ) as unknown as readonly [Value, Value, Value];
  }
  // [batch, time, 3, heads, size] → [3, batch, heads, time, size], as vision transformers write it.
  const five = transpose(p, reshape(p, all, [{ axis: 0 }, { axis: 1 }, 3, heads, size], 4), [2, 0, 3, 1, 4]);
  return [0, 1, 2].map((i) => ({
    name: p.node('Gather', [five.name, p.tensor([], [i], 'int64').name], { axis: 0 })[0]!,
    shape: five.shape.slice(1),
    open: five.open.slice(1),
    channels: 3,
  })) as unknown as readonly [Value, Value, Value];
}

const block = (label: string, options: (p: Program) => Attention): Block => ({
  label,
  fits: isSequence,
  append: (p, x) => {
    const read = p.random.chance(0.4) ? layerNorm(p, x) : x;
    const made = attention(p, read, options(p));
    return p.random.chance(0.6) ? binary(p, 'Add', x, made) : made;
  },
});
const heads = (p: Program) => p.random.between(2, 4);
const size = (p: Program) => p.random.between(2, 4);

/** Attention of many heads, as exporters write it. */
export const attentionBlocks: readonly Block[] = [
  block('attention', (p) => ({ heads: heads(p), size: size(p) })),
  block('attention/fused', (p) => ({ heads: heads(p), size: size(p), fused: true })),
  block('attention/other value size', (p) => ({ heads: heads(p), size: 3, valueSize: 5 })),
  block('attention/GQA', (p) => ({ heads: 4, size: size(p), shared: 2 })),
  block('attention/MQA', (p) => ({ heads: heads(p), size: size(p), shared: 1 })),
  {
    label: 'attention/cross',
    fits: (x, others) =>
      isSequence(x) &&
      others.some(
        (each) =>
          isSequence(each) &&
          each.shape[0] === x.shape[0] &&
          each.open[0] === x.open[0] &&
          each.name !== x.name,
      ),
    append: (p, x, others) => {
      const memory = p.random.pick(
        others.filter(
          (each) =>
            isSequence(each) &&
            each.shape[0] === x.shape[0] &&
            each.open[0] === x.open[0] &&
            each.name !== x.name,
        ),
      );
      return attention(p, x, { heads: heads(p), size: size(p), memory });
    },
  },
  {
    label: 'attention/cross to another length',
    fits: (x) => isSequence(x) && !x.open[1],
    append: (p, x) => {
      const made = linear(p, x, some(p));
      return attention(p, x, {
        heads: heads(p),
        size: size(p),
        memory: concat(p, [made, linear(p, made, channelsOf(made))], 1),
      });
    },
  },
  {
    label: 'attention/one head',
    fits: isSequence,
    append: (p, x) => {
      const n = some(p);
      const [q, k, v] = [linear(p, x, n), linear(p, x, n), linear(p, x, some(p))] as [Value, Value, Value];
      const [scores] = p.node('MatMul', [q.name, transpose(p, k, [0, 2, 1]).name]);
      const [weights] = p.node('Softmax', [scores!], { axis: -1 });
      return linear(p, { ...v, name: p.node('MatMul', [weights!, v.name])[0]! }, some(p));
    },
  },
];
