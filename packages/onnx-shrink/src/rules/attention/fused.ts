import {
  type AxedValue,
  type Axis,
  computed,
  elementwise,
  holdAll,
  holdSome,
  normaliseOver,
  whyAt,
} from '@synaprune/axes';
import { numberAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { headsAlong } from './heads.js';

/** Queries or keys, turned by where they stand: heads stay as large as they are. */
const rotary =
  (cosine: number): Rule =>
  (call) => {
    const x = call.input(0);
    const rank = x.axes.length;
    const given = numberAt(call.attributes, 'num_heads', 0);
    for (const i of [1, 2, 3]) if (call.has(i)) holdAll(call.place, call.input(i), 'it says how far to turn');
    const why = 'it is turned in pairs';
    if (rank === 4) {
      holdSome(call.place, x, [2], 'how far it turns depends on it');
      holdSome(call.place, x, [3], why);
      return { outputs: [computed(x.axes, [x.zero[0]!, x.zero[1]!, false, false])] };
    }
    if (rank !== 3) throw new NotFollowed('its input has not three axes, or four');
    const half = call.input(cosine).axes.at(-1)!.dim;
    const partly = numberAt(call.attributes, 'rotary_embedding_dim', 0) !== 0;
    const count = given > 0 ? given : partly ? 0 : Number(x.axes[2]!.dim) / (2 * Number(half));
    const { heads, size } = headsAlong(call, x, 2, count);
    holdSome(call.place, x, [1], 'how far it turns depends on it');
    call.axes.hold(size, whyAt(call.place, 2, why));
    call.axes.markBatch(heads);
    return {
      outputs: [computed(x.axes, [x.zero[0]!, false, x.zero[2]!])],
      ...(given > 0 ? { edit: (edit) => edit.attribute('num_heads', edit.lengthOf(heads) as number) } : {}),
    };
  };

/** A sum, normalised over its last axis; the sum is an output too. */
const skipNorm =
  (parameters: readonly number[], bias: number): Rule =>
  (call) => {
    const summands = [0, 1, bias].filter((i) => call.has(i)).map((i) => call.input(i));
    const sum = elementwise(call.place, summands, 'all');
    const own = parameters.filter((i) => call.has(i)).map((i) => call.input(i));
    const value = normaliseOver(call.place, sum, [sum.axes.length - 1], own);
    return { outputs: [value, undefined, undefined, computed(sum.axes, sum.zero)] };
  };

/** Rows of tables, looked up, added and normalised. */
const embedNorm: Rule = (call) => {
  const ids = call.input(0);
  const tables = [2, 3, 4].filter((i) => call.has(i)).map((i) => call.input(i));
  const [first] = tables;
  if (first === undefined) throw new NotFollowed('it has no tables');
  for (const table of tables) {
    holdSome(call.place, table, [0], 'it is looked up by numbers that a run computes');
    call.axes.unite(first.axes[1]!, table.axes[1]!, whyAt(call.place, 2, 'it lines up with another'));
    if (table.parameter) call.axes.mark(table.axes[1]!, 'makes');
  }
  for (const i of [1, 7, 8]) if (call.has(i)) holdAll(call.place, call.input(i), 'it says what is looked up');
  const axes: readonly Axis[] = [...ids.axes, first.axes[1]!];
  const sum = computed(
    axes,
    axes.map((_, i) => i === 2 && tables.every(({ zero }) => zero[1]!)),
  );
  const value = normaliseOver(
    call.place,
    sum,
    [2],
    [5, 6].filter((i) => call.has(i)).map((i) => call.input(i)),
  );
  return { outputs: [value, undefined, sum] };
};

/** A bias, and something that each element goes through by itself, which makes 0 of 0. */
const biased: Rule = (call) => ({ outputs: [sumOf(call)] });

function sumOf(call: NodeCall): AxedValue {
  return elementwise(call.place, call.inputs(), 'all');
}

export const fusedRules: Readonly<Record<string, Rule>> = {
  RotaryEmbedding: rotary(1),
  'com.microsoft::RotaryEmbedding': rotary(2),
  'com.microsoft::SkipLayerNormalization': skipNorm([2, 3], 4),
  'com.microsoft::SkipSimplifiedLayerNormalization': skipNorm([2], 3),
  'com.microsoft::EmbedLayerNormalization': embedNorm,
  'com.microsoft::BiasGelu': biased,
  'com.microsoft::FastGelu': biased,
  'com.microsoft::BiasAdd': biased,
};
