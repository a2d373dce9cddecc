import { type AxedValue, type Axis, computed, whyAt } from '@synaprune/axes';
import { numberAt } from '@synaprune/onnx/graph';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { addToScores, attend, type Heads, headsAlong, headsApart, holdRows, keepScale } from './heads.js';

/** ONNX's own: heads one behind the other in three axes, or apart in four. */
export const attention: Rule = (call) => {
  const [q, k, v] = [0, 1, 2].map((i) => call.input(i)) as [AxedValue, AxedValue, AxedValue];
  const together = q.axes.length === 3;
  const counts = ['q_num_heads', 'kv_num_heads', 'kv_num_heads'] as const;
  const [query, key, value] = [q, k, v].map((each, i): Heads => {
    if (each.axes.length !== q.axes.length || (!together && each.axes.length !== 4)) {
      throw new NotFollowed('its queries, keys and values have not three axes, or four');
    }
    if (!together) return headsApart(each, 1, 3);
    return headsAlong(call, each, 2, numberAt(call.attributes, counts[i]!, 0));
  }) as [Heads, Heads, Heads];
  const time = together ? 1 : 2;
  const rows = [q, k, v].map((each) => ({ value: each, batch: 0, time }));
  const past = [4, 5].filter((i) => call.has(i)).map((i) => call.input(i));
  holdRows(call, [...rows, ...past.map((each) => ({ value: each, batch: 0, time: 2 }))]);
  attend(call, { query, key, value });
  for (const [i, each] of past.entries()) {
    const own = i === 0 ? key : value;
    call.axes.unite(own.heads, each.axes[1]!, whyAt(call.place, 1, 'it is that of its heads'));
    call.axes.unite(own.size, each.axes[3]!, whyAt(call.place, 3, 'it is what a head has'));
  }
  if (call.has(3)) addToScores(call, query.heads, call.input(3));
  const batch = q.axes[0]!;
  const queries = q.axes[time]!;
  const all = call.axes.held(
    past.length === 0 ? k.axes[time]!.dim : call.open('rows'),
    whyAt(call.place, 2, 'its rows are weighed'),
  );
  const zero = query.heads.dim === key.heads.dim && value.zero;
  const made = together ? call.axes.merge([query.heads, value.size]) : undefined;
  const output = made
    ? computed([batch, queries, made], [false, false, zero])
    : computed([batch, query.heads, queries, value.size], [false, zero, false, zero]);
  const present = ({ heads, size, zero: own }: Heads) =>
    computed([batch, heads, all, size], [false, own && past.length === 0, false, own && past.length === 0]);
  const scores = computed([batch, query.heads, queries, all], [false, false, false, false]);
  return {
    outputs: [output, present(key), present(value), scores],
    multiplyAdds: [query.size, value.size].map((size) => [batch, query.heads, queries, all, size]),
    edit(edit) {
      if (together) setHeads(call, edit.lengthOf, (name, count) => edit.attribute(name, count), [query, key]);
      keepScale(call, edit, query.size);
    },
  };
};

function setHeads(
  call: NodeCall,
  lengthOf: (axis: Axis) => unknown,
  set: (name: string, count: number) => void,
  [query, key]: readonly [Heads, Heads],
): void {
  if (call.attributes.q_num_heads !== undefined) set('q_num_heads', lengthOf(query.heads) as number);
  if (call.attributes.kv_num_heads !== undefined) set('kv_num_heads', lengthOf(key.heads) as number);
}
