import { type AxedValue, type Axis, computed, contract, holdAll, holdSome, whyAt } from '@synaprune/axes';
import { listAt, numberAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { addToScores, attend, type Heads, headsAlong, headsApart, holdRows, keepScale } from './heads.js';

const OF_HEADS = 'it is that of its heads';
const rowsWhy = 'its rows are weighed';

/** Keys or values of earlier steps: `[batch, heads, rows, size]`. */
function unitePast(call: NodeCall, past: AxedValue, { heads, size }: Heads): void {
  holdSome(call.place, past, [2], rowsWhy);
  call.axes.unite(heads, past.axes[1]!, whyAt(call.place, 1, OF_HEADS));
  call.axes.unite(size, past.axes[3]!, whyAt(call.place, 3, 'it is what a head has'));
}

function present(call: NodeCall, batch: Axis, { heads, size }: Heads): AxedValue {
  const rows = call.axes.held(call.open('rows'), whyAt(call.place, 2, rowsWhy));
  return computed([batch, heads, rows, size], [false, false, false, false]);
}

/** Queries, keys and values as they come: apart, or `[batch, rows, heads, 3, size]`. */
export const multiHead: Rule = (call) => {
  const heads = numberAt(call.attributes, 'num_heads', 0);
  const q = call.input(0);
  const whole = q.axes.length === 5 && !call.has(1) && !call.has(2);
  const parts = whole ? [q, q, q] : [q, call.input(1), call.input(2)];
  if (!whole && parts.some(({ axes }) => axes.length !== 3)) {
    throw new NotFollowed('its queries, keys and values have not three axes each, or five together');
  }
  if (whole) holdSome(call.place, q, [3], 'queries, keys and values stand along it');
  const [query, key, value] = parts.map((each) =>
    whole ? headsApart(each, 2, 4) : headsAlong(call, each, 2, heads),
  ) as [Heads, Heads, Heads];
  holdRows(
    call,
    parts.map((each) => ({ value: each, batch: 0, time: 1 })),
  );
  attend(call, { query, key, value });
  const joined = [query, key, value].map((each) => call.axes.merge([each.heads, each.size]));
  let zero = value.zero;
  if (call.has(3)) {
    const bias = call.input(3);
    call.axes.unite(call.axes.join(joined), bias.axes[0]!, whyAt(call.place, 0, 'its bias lines up with it'));
    zero &&= bias.zero[0]!;
    if (!(bias.zero[0]! && query.zero) && !(bias.zero[0]! && key.zero))
      call.axes.hold(query.size, whyAt(call.place, 0, 'its bias is computed'));
  }
  if (call.has(4)) holdAll(call.place, call.input(4), 'it says which rows count');
  if (call.has(5)) addToScores(call, query.heads, call.input(5));
  if (call.has(6)) unitePast(call, call.input(6), key);
  if (call.has(7)) unitePast(call, call.input(7), value);
  for (const i of [8, 9]) if (call.has(i)) throw new NotFollowed('it decodes step by step in a buffer');
  const [batch, rows] = q.axes as [Axis, Axis];
  const output = computed([batch, rows, joined[2]!], [false, false, zero]);
  const keys = parts[1]!.axes[1]!;
  return {
    outputs: [output, present(call, batch, key), present(call, batch, value)],
    multiplyAdds: [query.size, value.size].map((size) => [batch, query.heads, rows, keys, size]),
    edit(edit) {
      edit.attribute('num_heads', edit.lengthOf(query.heads) as number);
      keepScale(call, edit, query.size);
    },
  };
};

/** With the product that makes queries, keys and values. */
export const projected: Rule = (call) => {
  const [x, weight] = [call.input(0), call.input(1)];
  const count = numberAt(call.attributes, 'num_heads', 0);
  const wide = weight.axes[1]?.dim;
  if (x.axes.length !== 3 || typeof wide !== 'number') throw new NotFollowed('its input has not three axes');
  if (numberAt(call.attributes, 'do_rotary', 0) !== 0) throw new NotFollowed('it turns queries and keys');
  const given = listAt(call.attributes, 'qkv_hidden_sizes');
  const sizes = given !== undefined && given.length === 3 ? given : [wide / 3, wide / 3, wide / 3];
  if (sizes.some((size) => !Number.isInteger(size / count)) || sizes[0] !== sizes[1]) {
    throw new NotFollowed(`${wide} are no ${count} heads of queries, keys and values`);
  }
  contract(call.place, { value: x, axis: 2 }, { value: weight, axis: 0 });
  holdSome(call.place, x, [1], rowsWhy);
  const bias = call.has(2) ? call.input(2) : undefined;
  const zero = weight.zero[1]! && (bias === undefined || bias.zero[0]!);
  const birth = { label: call.place.label, kind: 'channels' as const };
  const { axes } = call;
  const heads = axes.born(count, birth);
  const inner = sizes.slice(1).map((size) => axes.born(size / count, birth)) as [Axis, Axis];
  const key: Heads = { heads, size: inner[0], zero };
  const value: Heads = { heads, size: inner[1], zero };
  const made = [key, key, value].map((each) => axes.merge([each.heads, each.size]));
  const all = axes.join(made);
  axes.unite(all, weight.axes[1]!, whyAt(call.place, 1, OF_HEADS));
  if (weight.parameter) axes.mark(weight.axes[1]!, 'makes');
  if (bias !== undefined) axes.unite(all, bias.axes[0]!, whyAt(call.place, 0, 'its bias lines up with it'));
  attend(call, { query: key, key, value });
  if (call.has(3)) holdAll(call.place, call.input(3), 'it says which rows count');
  const outputs: AxedValue[] = [computed([x.axes[0]!, x.axes[1]!, made[2]!], [false, false, zero])];
  if (call.has(4) || call.outputs > 1) {
    if (call.has(4)) holdAll(call.place, call.input(4), 'it holds earlier keys and values');
    for (const size of inner) axes.hold(size, whyAt(call.place, 4, 'earlier keys and values have it'));
    axes.hold(heads, whyAt(call.place, 2, 'earlier keys and values have it'));
    const rows = axes.held(call.open('rows'), whyAt(call.place, 3, rowsWhy));
    const two = axes.held(2, whyAt(call.place, 0, 'keys and values stand along it'));
    outputs.push(computed([two, x.axes[0]!, heads, rows, inner[0]], [false, false, false, false, false]));
  }
  if (call.has(5)) addToScores(call, heads, call.input(5));
  if (call.has(6)) throw new NotFollowed('it decodes step by step in a buffer');
  const [batch, rows] = x.axes as [Axis, Axis];
  return {
    outputs,
    multiplyAdds: [[batch, rows, ...weight.axes], ...inner.map((size) => [batch, heads, rows, rows, size])],
    edit(edit) {
      const lengths = made.map((axis) => edit.lengthOf(axis) as number);
      edit.attribute('num_heads', edit.lengthOf(heads) as number);
      if (given !== undefined || lengths[0] !== lengths[2]) edit.attribute('qkv_hidden_sizes', lengths);
      keepScale(call, edit, inner[0]);
    },
  };
};

/** Fewer heads of keys and values than of queries; apart, or all in one. Heads stay as large as they are. */
export const groupQuery: Rule = (call) => {
  const [many, few] = ['num_heads', 'kv_num_heads'].map((name) => numberAt(call.attributes, name, 0)) as [
    number,
    number,
  ];
  const x = call.input(0);
  const { axes, place } = call;
  const wide = x.axes[2]?.dim;
  if (x.axes.length !== 3 || typeof wide !== 'number')
    throw new NotFollowed('its queries have not three axes');
  if (!(few >= 1) || many % few !== 0) throw new NotFollowed(`${many} heads are no whole groups of ${few}`);
  const packed = !call.has(1);
  const each = wide / (packed ? many + 2 * few : many);
  const birth = { label: place.label, kind: 'channels' as const };
  const size = axes.held(each, whyAt(place, 2, 'heads stay as large as they are'));
  const key: Heads = { heads: axes.born(few, birth), size, zero: true };
  const query: Heads = { heads: axes.born(many, birth), size, zero: true };
  attend(call, { query, key, value: key });
  const [ofQuery, ofKey] = [query, key].map(({ heads }) => axes.merge([heads, size])) as [Axis, Axis];
  const why = whyAt(place, 2, OF_HEADS);
  axes.unite(packed ? axes.join([ofQuery, ofKey, ofKey]) : ofQuery, x.axes[2]!, why);
  const inputs = packed ? [x] : [x, call.input(1), call.input(2)];
  for (const value of inputs.slice(1)) axes.unite(ofKey, value.axes[2]!, why);
  holdRows(
    call,
    inputs.map((value) => ({ value, batch: 0, time: 1 })),
  );
  for (const i of [3, 4]) if (call.has(i)) unitePast(call, call.input(i), key);
  for (const i of [5, 6, 7, 8, 9]) if (call.has(i)) holdAll(place, call.input(i), 'it says where rows stand');
  if (call.has(10)) addToScores(call, query.heads, call.input(10));
  if (call.has(11)) axes.unite(query.heads, call.input(11).axes[0]!, whyAt(place, 0, OF_HEADS));
  for (const i of [12, 13])
    if (call.has(i)) throw new NotFollowed('its earlier keys and values are quantised');
  const [batch, rows] = x.axes as [Axis, Axis];
  const keyed = inputs[1]?.axes[1] ?? rows;
  return {
    outputs: [
      computed([batch, rows, ofQuery], [false, false, false]),
      present(call, batch, key),
      present(call, batch, key),
    ],
    multiplyAdds: [0, 1].map(() => [batch, query.heads, rows, keyed, size]),
    edit(edit) {
      edit.attribute('num_heads', edit.lengthOf(query.heads) as number);
      edit.attribute('kv_num_heads', edit.lengthOf(key.heads) as number);
    },
  };
};
