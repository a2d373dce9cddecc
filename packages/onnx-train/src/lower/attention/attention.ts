import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { cast, concat, pad, subtract } from '../../arithmetic/arithmetic.js';
import type { Lowering } from '../lowering.js';
import {
  attend,
  both,
  causalMask,
  joinHeads,
  lengthMask,
  perBatch,
  repeatHeads,
  splitHeads,
} from './attend.js';

/** A mask shorter than the keys takes the rest away. */
function padded(graph: Graph, mask: Value, keys: number): Value {
  const missing = keys - (mask.shape.at(-1) ?? keys);
  if (missing <= 0) return mask;
  const none = mask.shape.map(() => 0);
  const after = [...none.slice(1), missing];
  if (mask.type !== 'bool') return pad(graph, mask, none, after, Number.NEGATIVE_INFINITY);
  return cast(graph, pad(graph, cast(graph, mask, 'int32'), none, after), 'bool');
}

/** The standard operator of version 23 and later. */
const attention: Lowering = ({ graph }, { inputs, attributes, outputNames }) => {
  const [q, k, v, mask, pastKey, pastValue, lengths] = inputs as [
    Value,
    Value,
    Value,
    ...(Value | undefined)[],
  ];
  for (const name of ['left_window_size', 'right_window_size']) {
    if (numberAt(attributes, name, -1) >= 0) {
      return graph.unsupported(`Attention with ${name} has no gradient rule`, 'give the window as a mask');
    }
  }
  const precision = numberAt(attributes, 'softmax_precision', 1);
  if (precision !== 1) {
    return graph.unsupported(
      `Attention with softmax_precision ${precision} has no gradient rule`,
      'export with a softmax in float32',
    );
  }
  const flat = q.shape.length === 3;
  const queryHeads = flat ? numberAt(attributes, 'q_num_heads', 0) : q.shape[1]!;
  const keyHeads = flat ? numberAt(attributes, 'kv_num_heads', 0) : k.shape[1]!;
  const heads = (value: Value, count: number) => (flat ? splitHeads(graph, value, count) : value);
  const joined = (past: Value | undefined, value: Value) =>
    past === undefined ? value : concat(graph, [past, value], 2);
  const query = heads(q, queryHeads);
  const presentKey = joined(pastKey, heads(k, keyHeads));
  const presentValue = joined(pastValue, heads(v, keyHeads));
  const [queries, keys] = [query.shape[2]!, presentKey.shape[2]!];
  const given = mask === undefined ? undefined : padded(graph, mask, keys);
  const before =
    pastKey !== undefined
      ? pastKey.shape[2]!
      : lengths === undefined
        ? 0
        : subtract(graph, perBatch(graph, lengths), queries);
  const causal = numberAt(attributes, 'is_causal', 0) ? causalMask(graph, queries, keys, before) : undefined;
  const within = lengths === undefined ? undefined : lengthMask(graph, lengths, keys);
  const isBool = given?.type === 'bool';
  const found = attend(graph, {
    q: query,
    k: repeatHeads(graph, presentKey, queryHeads),
    v: repeatHeads(graph, presentValue, queryHeads),
    scale: numberAt(attributes, 'scale', 1 / Math.sqrt(query.shape[3]!)),
    softcap: numberAt(attributes, 'softcap', 0),
    bias: isBool ? undefined : given,
    allowed: both(graph, isBool ? given : undefined, both(graph, causal, within)),
  });
  const modes = [() => found.scores, () => found.capped, found.biased, () => found.shares];
  const shown = outputNames[3] ? modes[numberAt(attributes, 'qk_matmul_output_mode', 0)] : undefined;
  return [flat ? joinHeads(graph, found.y) : found.y, presentKey, presentValue, shown?.()];
};

/** Rewrites of attention, of the standard operators. */
export const attentionLowerings: Readonly<Record<string, Lowering>> = { Attention: attention };
