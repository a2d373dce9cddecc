import { type Graph, listAt, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, cast, concat, reshape, slice, split, transpose } from '../../arithmetic/arithmetic.js';
import { attend, causalMask, countAlong, joinHeads, lengthMask, splitHeads } from '../attention/attend.js';
import { rotate, wavesAt } from '../attention/rotary.js';
import type { Lowering, SourceNode } from '../lowering.js';
import { refuse, scaleOf } from './settings.js';

/**
 * A mask of 0 and 1 for each key, or how many keys each text has and, behind that, which is its first, as what is added
 * to scores: a large negative number, as the runtime has it.
 */
function filterOf(
  graph: Graph,
  { op, attributes }: SourceNode,
  mask: Value,
  batch: number,
  keys: number,
): Value {
  const filter = graph.scalar(numberAt(attributes, 'mask_filter_value', -10000));
  const added = (kept: Value) => graph.add('Where', [kept, graph.scalar(0), filter]);
  const [first] = mask.shape;
  if (mask.shape.length === 1 && (first === batch || (first === 2 * batch && op === 'Attention'))) {
    const ends = lengthMask(graph, slice(graph, mask, [0], [0], [batch]), keys);
    if (first === batch) return added(ends);
    const starts = lengthMask(graph, slice(graph, mask, [0], [batch], [2 * batch]), keys);
    return added(graph.add('And', [ends, graph.add('Not', [starts])]));
  }
  const shapes = [
    [batch, 1, 1, keys],
    [batch, 1, mask.shape[1] ?? 0, keys],
  ];
  const shape = shapes[mask.shape.length - 2];
  if (shape === undefined || first !== batch || mask.shape.at(-1) !== keys) {
    return graph.unsupported(
      `${op} with a mask of the shape [${mask.shape.join(', ')}] has no gradient rule`,
      `export with one of [${batch}, ${keys}]`,
    );
  }
  const kept = graph.add('Greater', [cast(graph, mask, 'int32'), graph.scalar(0, 'int32')]);
  return reshape(graph, added(kept), shape);
}

function sum(graph: Graph, a: Value | undefined, b: Value | undefined): Value | undefined {
  return a === undefined || b === undefined ? (a ?? b) : add(graph, a, b);
}

/** Projects its input itself: weights `[width, q + k + v]`. */
const attention: Lowering = ({ graph }, node) => {
  const { inputs, attributes, outputNames } = node;
  refuse(graph, node, {
    inputs: { 6: 'the length of a past' },
    attributes: ['do_rotary', 'past_present_share_buffer'],
  });
  const [x, weights, bias, mask, past, added] = inputs as [Value, Value, ...(Value | undefined)[]];
  const heads = numberAt(attributes, 'num_heads', 0);
  const [batch, length] = x.shape as [number, number];
  const third = weights.shape[1]! / 3;
  const sizes = listAt(attributes, 'qkv_hidden_sizes') ?? [third, third, third];
  const product = graph.add('MatMul', [x, weights]);
  const projected = bias === undefined ? product : add(graph, product, bias);
  const [q, ...now] = split(graph, projected, sizes, 2).map((part) => splitHeads(graph, part, heads)) as [
    Value,
    Value,
    Value,
  ];
  // Keys and values in one, `[2, batch, heads, length, size]`.
  const before = past?.shape[3] ?? 0;
  const [k, v] = now.map((each, at) => {
    if (past === undefined) return each;
    const earlier = slice(graph, past, [0], [at], [at + 1]);
    return concat(graph, [reshape(graph, earlier, past.shape.slice(1)), each], 2);
  }) as [Value, Value];
  const filter = mask === undefined ? undefined : filterOf(graph, node, mask, batch, before + length);
  const { y } = attend(graph, {
    q,
    k,
    v,
    scale: scaleOf(node, q.shape[3]!),
    bias: sum(graph, filter, added),
    allowed: numberAt(attributes, 'unidirectional', 0)
      ? causalMask(graph, length, before + length, before)
      : undefined,
  });
  const present = () => [k, v].map((each) => reshape(graph, each, [1, ...each.shape]));
  return [joinHeads(graph, y), outputNames[1] ? concat(graph, present(), 0) : undefined];
};

/** Queries, keys and values come projected. */
const multiHead: Lowering = ({ graph }, node) => {
  const { inputs, attributes } = node;
  refuse(graph, node, {
    inputs: { 8: 'the length of a past', 9: 'cache indirection' },
    outputs: { 3: 'scores as an output' },
  });
  const [query, key, value, bias, mask, added, pastKey, pastValue] = inputs as [
    Value,
    ...(Value | undefined)[],
  ];
  const heads = numberAt(attributes, 'num_heads', 0);
  if (
    key === undefined ||
    value === undefined ||
    query.shape.length !== 3 ||
    (key.shape.length !== 3 && key.shape.length !== 4)
  ) {
    return graph.unsupported(
      'MultiHeadAttention of packed keys and values has no gradient rule',
      'export with query, key and value apart',
    );
  }
  const ready = key.shape.length === 4;
  const width = query.shape[2]!;
  const [byQuery, byKey, byValue] =
    bias === undefined
      ? []
      : ready
        ? [slice(graph, bias, [0], [0], [width])]
        : split(graph, bias, [width, key.shape[2]!, value.shape[2]!], 0);
  const projected = (x: Value, shift: Value | undefined) =>
    splitHeads(graph, shift === undefined ? x : add(graph, x, shift), heads);
  const q = projected(query, byQuery);
  const joined = (past: Value | undefined, x: Value) =>
    past === undefined ? x : concat(graph, [past, x], 2);
  const k = joined(pastKey, ready ? key : projected(key, byKey));
  const v = joined(pastValue, ready ? value : projected(value, byValue));
  const [batch, queries, keys] = [q.shape[0]!, q.shape[2]!, k.shape[2]!];
  const filter = mask === undefined ? undefined : filterOf(graph, node, mask, batch, keys);
  const oneWay = numberAt(attributes, 'unidirectional', 0) !== 0;
  const before = pastKey?.shape[2] ?? 0;
  // There the runtime shows queries keys that come after them, so that no rule of positions says which.
  if (oneWay && keys - before > queries) {
    return graph.unsupported(
      `MultiHeadAttention with unidirectional and more keys (${keys - before}) than queries (${queries}) has no gradient rule`,
      'export with a mask (attention_bias) in place of unidirectional',
    );
  }
  const { y } = attend(graph, {
    q,
    k,
    v,
    scale: scaleOf(node, q.shape[3]!),
    bias: sum(graph, filter, added),
    // The first query sees the past and the first key, also where there are fewer keys than queries.
    allowed: oneWay ? causalMask(graph, queries, keys, before) : undefined,
  });
  return [joinHeads(graph, y), k, v];
};

const rotaryEmbedding: Lowering = ({ graph }, node) => {
  const { inputs, attributes } = node;
  refuse(graph, node, { attributes: ['is_packed_batching'] });
  const [x, positions, cos, sin] = inputs as [Value, Value, Value, Value];
  if (numberAt(attributes, 'scale', 1) !== 1) {
    return graph.unsupported('RotaryEmbedding with a scale has no gradient rule', 'export without it');
  }
  const flat = x.shape.length === 3;
  const part = numberAt(attributes, 'rotary_embedding_dim', 0);
  const size = part > 0 && flat ? x.shape[2]! / numberAt(attributes, 'num_heads', 0) : 2 * cos.shape[1]!;
  const batch = x.shape[0]!;
  const length = x.shape[flat ? 1 : 2]!;
  // One position is where the first of all texts stands.
  const at =
    positions.shape.length === 1
      ? graph.add('Add', [cast(graph, countAlong(graph, [1, length]), 'int64'), positions])
      : positions;
  const apart = flat
    ? reshape(graph, x, [batch, length, x.shape[2]! / size, size])
    : transpose(graph, x, [0, 2, 1, 3]);
  const result = rotate(graph, apart, {
    cos: wavesAt(graph, cos, at),
    sin: wavesAt(graph, sin, at),
    interleaved: numberAt(attributes, 'interleaved', 0) !== 0,
  });
  return [flat ? reshape(graph, result, x.shape) : transpose(graph, result, [0, 2, 1, 3])];
};

/** Rewrites of attention of `com.microsoft`. */
export const microsoftAttention: Readonly<Record<string, Lowering>> = {
  Attention: attention,
  MultiHeadAttention: multiHead,
  RotaryEmbedding: rotaryEmbedding,
};
