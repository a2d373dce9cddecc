import { elementsOf } from '@synaprune/core/checks';
import type { Graph, Value } from '@synaprune/onnx/graph';
import {
  add,
  cast,
  concat,
  divide,
  expand,
  multiply,
  range,
  reshape,
  slice,
  transpose,
  transposeLast,
} from '../../arithmetic/arithmetic.js';

/** What attention is computed of: queries `[batch, heads, queries, size]`, keys and values of as many heads. */
export interface Attended {
  readonly q: Value;
  readonly k: Value;
  readonly v: Value;
  readonly scale: number;
  /** Scores are kept within it by a tanh; 0 is none. */
  readonly softcap?: number;
  /** Added to the scores; −∞ takes a key away. Broadcast to `[batch, heads, queries, keys]`. */
  readonly bias?: Value | undefined;
  /** Bools of the same shape or one that broadcasts to it: false takes a key away. */
  readonly allowed?: Value | undefined;
  /** A score beside those of the keys, which takes its share and adds nothing. Broadcast to `[batch, heads, queries, 1]`. */
  readonly sink?: Value | undefined;
}

/** The output and what lies on the way, all but the first of `[batch, heads, queries, keys]`. */
export interface Attention {
  readonly y: Value;
  readonly scores: Value;
  readonly capped: Value;
  /** With bias, without what is taken away. */
  biased(): Value;
  readonly shares: Value;
}

/**
 * `softmax(scale·q·kᵀ + bias)·v`. What a mask takes away is chosen away before and after the softmax rather than added
 * as −∞: a row with nothing left is zero, forwards and backwards, and not NaN.
 */
export function attend(graph: Graph, attended: Attended): Attention {
  const { q, k, v, scale, softcap = 0, bias, allowed, sink } = attended;
  const scores = graph.add('MatMul', [multiply(graph, q, scale), transposeLast(graph, k)]);
  const capped =
    softcap === 0 ? scores : multiply(graph, graph.add('Tanh', [divide(graph, scores, softcap)]), softcap);
  const logits = bias === undefined ? capped : add(graph, capped, bias);
  const open = openOf(graph, bias, allowed);
  const softmax = (value: Value) => {
    const keys = value.shape[3]!;
    const all = sink
      ? concat(graph, [value, expand(graph, sink, [...value.shape.slice(0, 3), 1])], 3)
      : value;
    return slice(graph, graph.add('Softmax', [all], { axis: -1 }), [3], [0], [keys]);
  };
  const without = (value: Value, low: number) =>
    open === undefined ? value : graph.add('Where', [open, value, graph.scalar(low, value.type)]);
  const shares = without(softmax(without(logits, lowest(q))), 0);
  return {
    y: graph.add('MatMul', [shares, v]),
    scores,
    capped,
    biased: () => without(logits, Number.NEGATIVE_INFINITY),
    shares,
  };
}

/** A number that no score reaches, in a type that may be narrow. */
const lowest = ({ type }: Value): number => (type === 'float16' ? -65504 : -3.4028234663852886e38);

/** What neither a mask nor an infinite bias takes away; undefined where nothing is. */
function openOf(graph: Graph, bias: Value | undefined, allowed: Value | undefined): Value | undefined {
  // Of a known bias without −∞ nothing is taken away.
  const finite = bias === undefined || bias.constant?.numbers().every((x) => x !== Number.NEGATIVE_INFINITY);
  if (finite) return allowed;
  const kept = graph.add('Greater', [bias, graph.scalar(Number.NEGATIVE_INFINITY, bias.type)]);
  return allowed === undefined ? kept : graph.add('And', [allowed, kept]);
}

/** `[batch, length, heads·size]` as `[batch, heads, length, size]`. */
export function splitHeads(graph: Graph, x: Value, heads: number): Value {
  const [batch, length, width] = x.shape as [number, number, number];
  if (!(heads > 0) || width % heads !== 0)
    return graph.bad(`${width} numbers do not split into ${heads} heads`);
  return transpose(graph, reshape(graph, x, [batch, length, heads, width / heads]), [0, 2, 1, 3]);
}

/** `[batch, heads, length, size]` as `[batch, length, heads·size]`. */
export function joinHeads(graph: Graph, x: Value): Value {
  const [batch, heads, length, size] = x.shape as [number, number, number, number];
  return reshape(graph, transpose(graph, x, [0, 2, 1, 3]), [batch, length, heads * size]);
}

/** Each head several times, one after another, so that there are `heads`. */
export function repeatHeads(graph: Graph, x: Value, heads: number): Value {
  const [batch, own, length, size] = x.shape as [number, number, number, number];
  if (own === heads) return x;
  if (heads % own !== 0) return graph.bad(`${heads} heads of queries do not share ${own} of keys and values`);
  const apart = reshape(graph, x, [batch, own, 1, length, size]);
  return reshape(graph, expand(graph, apart, [batch, own, heads / own, length, size]), [
    batch,
    heads,
    length,
    size,
  ]);
}

/** `0, 1, …` as int32 along one axis of a shape. */
export function countAlong(graph: Graph, shape: readonly number[]): Value {
  return graph.constant({ type: 'int32', shape }, range(elementsOf(shape)));
}

/**
 * Whether a query may see a key: none that comes after it.
 *
 * @param before how many keys there are before the first query, a number or one for each of a batch, int32 `[batch, 1, 1, 1]`
 */
export function causalMask(graph: Graph, queries: number, keys: number, before: number | Value): Value {
  const rows = countAlong(graph, [queries, 1]);
  const offset = typeof before === 'number' ? graph.scalar(before, 'int32') : before;
  return graph.add('LessOrEqual', [countAlong(graph, [1, keys]), graph.add('Add', [rows, offset])]);
}

/** Whether a key is among the first of its batch. @param lengths `[batch]`, integers */
export function lengthMask(graph: Graph, lengths: Value, keys: number): Value {
  return graph.add('Less', [countAlong(graph, [1, 1, 1, keys]), perBatch(graph, lengths)]);
}

/** One integer for each of a batch, lined up with scores. */
export function perBatch(graph: Graph, numbers: Value): Value {
  return reshape(graph, cast(graph, numbers, 'int32'), [elementsOf(numbers.shape), 1, 1, 1]);
}

/** Both conditions, as far as there are any. */
export function both(graph: Graph, a: Value | undefined, b: Value | undefined): Value | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return graph.add('And', [a, b]);
}
