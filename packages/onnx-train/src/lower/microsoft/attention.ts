import { type Graph, listAt, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, cast, concat, reshape, slice, split, transpose } from '../../arithmetic/arithmetic.js';
import {
  attend,
  both,
  causalMask,
  countAlong,
  joinHeads,
  lengthMask,
  repeatHeads,
  splitHeads,
} from '../attention/attend.js';
import { rotate, wavesAt } from '../attention/rotary.js';
import type { Lowering, SourceNode } from '../lowering.js';

/** Settings and inputs that change what is computed, and that nothing here computes. */
function refuse(
  graph: Graph,
  { op, inputs, attributes, outputNames }: SourceNode,
  without: {
    readonly inputs?: Readonly<Record<number, string>>;
    readonly attributes?: readonly string[];
    readonly outputs?: Readonly<Record<number, string>>;
  },
): void {
  const what =
    Object.entries(without.inputs ?? {}).find(([at]) => inputs[Number(at)] !== undefined)?.[1] ??
    without.attributes?.find((name) => numberAt(attributes, name, 0) !== 0) ??
    Object.entries(without.outputs ?? {}).find(([at]) => outputNames[Number(at)])?.[1];
  if (what === undefined) return;
  graph.unsupported(
    `${op} with ${what} has no gradient rule`,
    'export without it, or take the model as it was before it was optimised',
  );
}

const scaleOf = ({ attributes }: SourceNode, size: number): number => {
  const given = numberAt(attributes, 'scale', 0);
  return given === 0 ? 1 / Math.sqrt(size) : given;
};

/** A mask of 0 and 1 for each key as what is added to scores: a large negative number, as the runtime has it. */
function filterOf(
  graph: Graph,
  { op, attributes }: SourceNode,
  mask: Value,
  batch: number,
  keys: number,
): Value {
  const shapes = [
    [batch, 1, 1, keys],
    [batch, 1, mask.shape[1] ?? 0, keys],
  ];
  const shape = shapes[mask.shape.length - 2];
  if (shape === undefined || mask.shape[0] !== batch || mask.shape.at(-1) !== keys) {
    return graph.unsupported(
      `${op} with a mask of the shape [${mask.shape.join(', ')}] has no gradient rule`,
      `export with one of [${batch}, ${keys}]`,
    );
  }
  const kept = graph.add('Greater', [cast(graph, mask, 'int32'), graph.scalar(0, 'int32')]);
  const filter = graph.scalar(numberAt(attributes, 'mask_filter_value', -10000));
  return reshape(graph, graph.add('Where', [kept, graph.scalar(0), filter]), shape);
}

function sum(graph: Graph, a: Value | undefined, b: Value | undefined): Value | undefined {
  return a === undefined || b === undefined ? (a ?? b) : add(graph, a, b);
}

/** Projects its input itself: weights `[width, q + k + v]`. */
const attention: Lowering = ({ graph }, node) => {
  const { inputs, attributes } = node;
  refuse(graph, node, {
    inputs: { 4: 'a past', 6: 'the length of a past' },
    attributes: ['do_rotary', 'past_present_share_buffer'],
    outputs: { 1: 'a present' },
  });
  const [x, weights, bias, mask, , added] = inputs as [Value, Value, ...(Value | undefined)[]];
  const heads = numberAt(attributes, 'num_heads', 0);
  const [batch, length] = x.shape as [number, number];
  const third = weights.shape[1]! / 3;
  const sizes = listAt(attributes, 'qkv_hidden_sizes') ?? [third, third, third];
  const product = graph.add('MatMul', [x, weights]);
  const projected = bias === undefined ? product : add(graph, product, bias);
  const [q, k, v] = split(graph, projected, sizes, 2).map((part) => splitHeads(graph, part, heads)) as [
    Value,
    Value,
    Value,
  ];
  const filter = mask === undefined ? undefined : filterOf(graph, node, mask, batch, length);
  const { y } = attend(graph, {
    q,
    k,
    v,
    scale: scaleOf(node, q.shape[3]!),
    bias: sum(graph, filter, added),
    allowed: numberAt(attributes, 'unidirectional', 0) ? causalMask(graph, length, length, 0) : undefined,
  });
  return [joinHeads(graph, y)];
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

/** Causal, with fewer heads of keys and values, at the beginning of a text: no past. */
const groupQuery: Lowering = ({ graph }, node) => {
  const { inputs, attributes } = node;
  const past = inputs[3] !== undefined && inputs[3].shape[2] !== 0;
  refuse(graph, node, {
    inputs: {
      ...(past ? { 3: 'a past' } : {}),
      9: 'positions',
      11: 'a sink',
      12: 'quantised keys',
      13: 'quantised values',
      14: 'norms',
      15: 'norms',
    },
    attributes: ['smooth_softmax', 'qk_output', 'k_quant_type', 'v_quant_type'],
    outputs: { 3: 'scores as an output' },
  });
  if (numberAt(attributes, 'local_window_size', -1) >= 0) {
    return graph.unsupported(
      'GroupQueryAttention with local_window_size has no gradient rule',
      'export without it',
    );
  }
  const [query, key, value, , , lengths, , cos, sin, , added] = inputs as [Value, ...(Value | undefined)[]];
  const [heads, shared] = [numberAt(attributes, 'num_heads', 0), numberAt(attributes, 'kv_num_heads', 0)];
  const size = query.shape[2]! / (key === undefined ? heads + 2 * shared : heads);
  const parts =
    key === undefined
      ? split(graph, query, [heads * size, shared * size, shared * size], 2)
      : [query, key, value!];
  const [batch, length] = query.shape as [number, number];
  const turned = (part: Value, count: number) => {
    if (!numberAt(attributes, 'do_rotary', 0)) return splitHeads(graph, part, count);
    const positions = graph.constant(
      { type: 'int64', shape: [1, length] },
      Array.from({ length }, (_, at) => at),
    );
    const apart = reshape(graph, part, [batch, length, count, size]);
    const rotation = {
      cos: wavesAt(graph, cos!, positions),
      sin: wavesAt(graph, sin!, positions),
      interleaved: numberAt(attributes, 'rotary_interleaved', 0) !== 0,
    };
    return transpose(graph, rotate(graph, apart, rotation), [0, 2, 1, 3]);
  };
  const q = turned(parts[0]!, heads);
  const k = turned(parts[1]!, shared);
  const v = splitHeads(graph, parts[2]!, shared);
  // What is told is the last key of each text, and how long it is with it is one more.
  const within =
    lengths === undefined
      ? undefined
      : lengthMask(
          graph,
          graph.add('Add', [cast(graph, lengths, 'int32'), graph.scalar(1, 'int32')]),
          length,
        );
  const { y } = attend(graph, {
    q,
    k: repeatHeads(graph, k, heads),
    v: repeatHeads(graph, v, heads),
    scale: scaleOf(node, size),
    softcap: numberAt(attributes, 'softcap', 0),
    bias: added,
    allowed: both(graph, causalMask(graph, length, length, 0), within),
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
  GroupQueryAttention: groupQuery,
  RotaryEmbedding: rotaryEmbedding,
};
