import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import {
  cast,
  concat,
  expand,
  range,
  reshape,
  split,
  subtract,
  transpose,
} from '../../arithmetic/arithmetic.js';
import { known } from '../../arithmetic/known.js';
import {
  attend,
  both,
  causalMask,
  countAlong,
  joinHeads,
  lengthMask,
  perBatch,
  repeatHeads,
  splitHeads,
} from '../attention/attend.js';
import { rotate, wavesAt } from '../attention/rotary.js';
import type { Lowering } from '../lowering.js';
import { refuse, scaleOf } from './settings.js';

/** What came before, in buffers that may be longer than what is in them. */
interface Past {
  /** How many keys of each text a buffer holds, int32 `[batch, 1, 1, 1]`. */
  readonly length: Value;
  /** How many keys there are at most, those of now included. */
  readonly most: number;
}

/** What came before, `[batch, heads, buffered, size]`, and behind it what comes now; zeros where a text has no more. */
function behind(graph: Graph, { length, most }: Past, held: Value, now: Value): Value {
  const [batch, heads, buffered, size] = held.shape as [number, number, number, number];
  const places = countAlong(graph, [1, 1, most, 1]);
  const within = (value: Value, high: number) =>
    graph.add('Clip', [value, graph.scalar(0, 'int32'), graph.scalar(high, 'int32')]);
  const since = graph.add('Sub', [places, length]);
  const count = now.shape[2]!;
  const fresh = graph.add('Add', [within(since, count - 1), graph.scalar(buffered, 'int32')]);
  const isPast = graph.add('Less', [places, length]);
  const from = graph.add('Where', [isPast, within(places, buffered - 1), fresh]);
  const indices = expand(graph, cast(graph, from, 'int64'), [batch, heads, most, size]);
  const taken = graph.add('GatherElements', [concat(graph, [held, now], 2), indices], { axis: 2 });
  const there = graph.add('Less', [since, graph.scalar(count, 'int32')]);
  return graph.add('Where', [there, taken, graph.scalar(0, now.type)]);
}

/** None that lies further before a query than the window is long, which ends with the query itself. */
function windowMask(
  graph: Graph,
  queries: number,
  keys: number,
  before: number | Value,
  size: number,
): Value {
  const past = causalMask(
    graph,
    queries,
    keys,
    typeof before === 'number' ? before - size : subtract(graph, before, graph.scalar(size, 'int32')),
  );
  return graph.add('Not', [past]);
}

/** Causal, with fewer heads of keys and values. */
const groupQuery: Lowering = ({ graph }, node) => {
  const { inputs, attributes } = node;
  const buffered = inputs[3]?.shape[2] ?? 0;
  refuse(graph, node, {
    inputs: {
      // There the runtime counts on from the first of them, whatever the others are.
      ...(buffered === 0 ? { 9: 'positions and no past' } : {}),
      12: 'quantised keys',
      13: 'quantised values',
      14: 'norms',
      15: 'norms',
    },
    attributes: ['qk_output', 'k_quant_type', 'v_quant_type'],
    outputs: { 3: 'scores as an output' },
  });
  const [query, key, value, pastKey, pastValue, lengths, total, cos, sin, places, added, sinks] = inputs as [
    Value,
    ...(Value | undefined)[],
  ];
  const [heads, shared] = [numberAt(attributes, 'num_heads', 0), numberAt(attributes, 'kv_num_heads', 0)];
  const size = query.shape[2]! / (key === undefined ? heads + 2 * shared : heads);
  const parts =
    key === undefined
      ? split(graph, query, [heads * size, shared * size, shared * size], 2)
      : [query, key, value!];
  const [batch, length] = query.shape as [number, number];
  // What is told is the last key of each text, and how long it is with it is one more.
  const ends = lengths && graph.add('Add', [cast(graph, lengths, 'int32'), graph.scalar(1, 'int32')]);
  if (buffered > 0 && ends === undefined)
    return graph.bad('it has a past, and is not told how long texts are (seqlens_k)');
  const past: Past | undefined =
    buffered > 0 && ends !== undefined
      ? {
          length: subtract(graph, perBatch(graph, ends), graph.scalar(length, 'int32')),
          most: Math.max(buffered, known(graph, total, 'number of keys (total_sequence_length)')[0]!),
        }
      : undefined;
  const before = past?.length ?? 0;
  const positions = (): Value => {
    if (places !== undefined) return places;
    const counted = graph.constant({ type: 'int64', shape: [1, length] }, range(length).map(BigInt));
    if (past === undefined) return counted;
    const offset = cast(graph, reshape(graph, past.length, [batch, 1]), 'int64');
    return graph.add('Add', [counted, offset]);
  };
  const turned = (part: Value, count: number) => {
    if (!numberAt(attributes, 'do_rotary', 0)) return splitHeads(graph, part, count);
    const at = positions();
    const rotation = {
      cos: wavesAt(graph, cos!, at),
      sin: wavesAt(graph, sin!, at),
      interleaved: numberAt(attributes, 'rotary_interleaved', 0) !== 0,
    };
    const apart = reshape(graph, part, [batch, length, count, size]);
    return transpose(graph, rotate(graph, apart, rotation), [0, 2, 1, 3]);
  };
  const joined = (held: Value | undefined, now: Value) =>
    past === undefined ? now : behind(graph, past, held!, now);
  const q = turned(parts[0]!, heads);
  const k = joined(pastKey, turned(parts[1]!, shared));
  const v = joined(pastValue, splitHeads(graph, parts[2]!, shared));
  const keys = k.shape[2]!;
  const within = ends === undefined ? undefined : lengthMask(graph, ends, keys);
  const window = numberAt(attributes, 'local_window_size', -1);
  const near = window > 0 ? windowMask(graph, length, keys, before, window) : undefined;
  const smooth = numberAt(attributes, 'smooth_softmax', 0) > 0 ? graph.scalar(0, q.type) : undefined;
  const { y } = attend(graph, {
    q,
    k: repeatHeads(graph, k, heads),
    v: repeatHeads(graph, v, heads),
    scale: scaleOf(node, size),
    softcap: numberAt(attributes, 'softcap', 0),
    bias: added,
    sink: sinks ? reshape(graph, sinks, [1, heads, 1, 1]) : smooth,
    allowed: both(graph, both(graph, causalMask(graph, length, keys, before), near), within),
  });
  return [joinHeads(graph, y), k, v];
};

/** The rewrite of attention whose heads share keys and values. */
export const groupQueryLowerings: Readonly<Record<string, Lowering>> = { GroupQueryAttention: groupQuery };
