import { type AxedValue, type Dim, heldValue, holdAll, sameDim } from '@synaprune/axes';
import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type Body, type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';

const CARRIED = 'it is carried from one turn to the next';
const COLLECTED = 'it is collected from all turns';

/** The body runs again and again: what it carries, and what is collected of it, stays; what is inside may go. */
export const loop: Rule = (call) => {
  const body = call.body('body');
  const carried = valuesFrom(call, 2, call.node.input.length);
  hold(call, carried, CARRIED);
  const number = heldValue(call.place, [], CARRIED);
  const given = [
    number,
    number,
    ...carried.map((value, i) => carriedValue(call, body, { value, input: i + 2, output: i + 1 })),
  ];
  const made = body.follow(given);
  requireRanks(body, given.slice(2), made.slice(1));
  hold(call, made.slice(1, carried.length + 1), CARRIED);
  hold(call, made.slice(carried.length + 1), COLLECTED);
  return {
    outputs: Array.from({ length: call.outputs }, (_, i) =>
      i < carried.length
        ? lastOf(call, carried[i], made[i + 1])
        : collected(call, made[i + 1], { at: 0, length: call.open('turns') }),
    ),
  };
};

/** The body runs for every slice of what is scanned, forwards or backwards. */
export const scan: Rule = (call) => {
  if (call.opset < 9) throw new NotFollowed('before version 9 it scans a batch of sequences');
  const body = call.body('body');
  const scans = numberAt(call.attributes, 'num_scan_inputs', 0);
  const states = call.node.input.length - scans;
  if (!(scans >= 1 && states >= 0)) throw new NotFollowed(`it scans ${scans} of its inputs`);
  const [carried, scanned] = [valuesFrom(call, 0, states), valuesFrom(call, states, states + scans)];
  hold(call, carried, CARRIED);
  hold(call, scanned, 'it is scanned over');
  const along = listAt(call.attributes, 'scan_input_axes');
  const slices = scanned.map((value, i): GraphValue | undefined => {
    if (value === undefined || value.axes.length === 0) return undefined;
    const at = frontAxis(along?.[i] ?? 0, value.axes.length);
    const dims = value.axes.map(({ dim }) => dim).filter((_, axis) => axis !== at);
    return heldValue(call.place, dims, 'it is scanned over');
  });
  const given = [
    ...carried.map((value, i) => carriedValue(call, body, { value, input: i, output: i })),
    ...slices,
  ];
  const made = body.follow(given);
  requireRanks(body, given.slice(0, states), made);
  hold(call, made.slice(0, states), CARRIED);
  hold(call, made.slice(states), COLLECTED);
  const out = listAt(call.attributes, 'scan_output_axes');
  return {
    outputs: Array.from({ length: call.outputs }, (_, i) =>
      i < states
        ? lastOf(call, carried[i], made[i])
        : collected(call, made[i], { at: out?.[i - states] ?? 0, length: call.open('turns') }),
    ),
  };
};

/** The body runs for every element of a sequence, of which nothing is known. */
export const sequenceMap: Rule = (call) => {
  const body = call.body('body');
  const given = valuesFrom(call, 0, call.node.input.length);
  hold(call, given, 'it is given to every turn');
  const inputs = given.map(
    (value) => value && heldValue(call.place, dimsOf(value), 'it is given to every turn'),
  );
  hold(call, body.follow(inputs), COLLECTED);
  return { outputs: Array.from({ length: call.outputs }, () => undefined) };
};

const dimsOf = ({ axes }: AxedValue): readonly Dim[] => axes.map(({ dim }) => dim);

function valuesFrom(call: NodeCall, from: number, to: number): (GraphValue | undefined)[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => call.value(from + i));
}

function hold(call: NodeCall, values: readonly (GraphValue | undefined)[], what: string): void {
  for (const value of values) {
    if (value === undefined) continue;
    holdAll(call.place, value, what);
    for (const size of value.sizes ?? []) {
      for (const axis of size?.of ?? []) call.axes.hold(axis, `${call.place.label}, axis 0: ${what}`);
    }
  }
}

/** What is carried into a turn: sizes that every turn may change are open. */
function carriedValue(
  call: NodeCall,
  body: Body,
  {
    value,
    input,
    output,
  }: { readonly value: GraphValue | undefined; readonly input: number; readonly output: number },
): GraphValue | undefined {
  const [before, after] = [body.declared(body.graph.input[input]), body.declared(body.graph.output[output])];
  const rank = value?.axes.length ?? before?.length ?? after?.length;
  if (rank === undefined) return undefined;
  const dims = Array.from({ length: rank }, (_, i): Dim => {
    const [first, own, next] = [value?.axes[i]?.dim, before?.[i], after?.[i]];
    if (typeof own === 'number') return own;
    return first !== undefined && next !== undefined && sameDim(first, next)
      ? first
      : call.open(`carried size ${i}`);
  });
  return heldValue(call.place, dims, CARRIED);
}

/** Unless every turn is known to carry on as many axes as it got, what was concluded of its body is void. */
function requireRanks(
  body: Body,
  given: readonly (GraphValue | undefined)[],
  made: readonly (GraphValue | undefined)[],
): void {
  const same = given.every((value, i) => {
    const next = made[i];
    return value === undefined || value.axes.length === next?.axes.length;
  });
  if (!same) body.hold('what it carries may have another number of axes every turn');
}

/** What is carried out of the last turn, or past it where there is none. */
function lastOf(
  call: NodeCall,
  first: GraphValue | undefined,
  last: GraphValue | undefined,
): AxedValue | undefined {
  if (first === undefined || last === undefined || first.axes.length !== last.axes.length) return undefined;
  const dims = first.axes.map(({ dim }, i) =>
    sameDim(dim, last.axes[i]!.dim) ? dim : call.open(`size ${i}`),
  );
  return heldValue(call.place, dims, CARRIED);
}

/** What every turn gives, one behind the other along an axis of their own. */
function collected(
  call: NodeCall,
  value: GraphValue | undefined,
  { at, length }: { readonly at: number; readonly length: Dim },
): AxedValue | undefined {
  if (value === undefined) return undefined;
  const dims = [...dimsOf(value)];
  dims.splice(frontAxis(at, dims.length + 1), 0, length);
  return heldValue(call.place, dims, COLLECTED);
}
