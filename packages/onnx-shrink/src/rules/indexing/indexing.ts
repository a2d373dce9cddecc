import {
  type AxedValue,
  type Axis,
  computed,
  type Dim,
  holdAll,
  holdSome,
  sameDim,
  whyAt,
} from '@synaprune/axes';
import { frontAxis, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
const LOOKED_UP = 'it is looked up by numbers that a run computes';
const WRITTEN = 'it is written to where a run computes';

function axisOf(call: NodeCall, rank: number, otherwise: number): number {
  return frontAxis(numberAt(call.attributes, 'axis', otherwise), rank);
}

/** Axes of values that have as many, one axis with another where they are equally long; else they stay. */
function lineUp(call: NodeCall, values: readonly AxedValue[], at: number, why: string): void {
  const [first, ...rest] = values;
  const axis = first!.axes[at]!;
  for (const value of rest) {
    const other = value.axes[at]!;
    if (sameDim(axis.dim, other.dim))
      call.axes.unite(axis, other, whyAt(call.place, at, 'it lines up with another'));
    else for (const each of [axis, other]) call.axes.hold(each, whyAt(call.place, at, why));
  }
}

const gatherElements: Rule = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  if (x.axes.length !== indices.axes.length)
    throw new NotFollowed('its input and indices have not as many axes');
  const at = axisOf(call, x.axes.length, 0);
  for (const value of [x, indices]) holdSome(call.place, value, [at], LOOKED_UP);
  for (const i of x.axes.keys()) if (i !== at) lineUp(call, [x, indices], i, LOOKED_UP);
  return {
    outputs: [
      computed(
        indices.axes,
        indices.axes.map((_, i) => i !== at && x.zero[i]!),
      ),
    ],
  };
};

const gatherNd: Rule = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const batch = numberAt(call.attributes, 'batch_dims', 0);
  const last = indices.axes.length - 1;
  const depth = indices.axes[last]?.dim;
  if (typeof depth !== 'number') throw new NotFollowed('how many axes it looks up along is left open');
  holdSome(call.place, indices, [last], 'it says along which axes to look up');
  holdSome(call.place, x, range(batch, batch + depth), LOOKED_UP);
  for (const i of range(0, batch)) lineUp(call, [x, indices], i, LOOKED_UP);
  const rest = range(batch + depth, x.axes.length);
  if (x.parameter) for (const i of rest) call.axes.mark(x.axes[i]!, 'makes');
  const axes = [...indices.axes.slice(0, last), ...rest.map((i) => x.axes[i]!)];
  const zero = [...indices.axes.slice(0, last).map(() => false), ...rest.map((i) => x.zero[i]!)];
  return { outputs: [computed(axes, zero)] };
};

const scatterElements: Rule = (call) => {
  const [data, indices, updates] = [call.input(0), call.input(1), call.input(2)];
  const rank = data.axes.length;
  if (indices.axes.length !== rank || updates.axes.length !== rank) {
    throw new NotFollowed('its input, indices and updates have not as many axes');
  }
  const at = axisOf(call, rank, 0);
  for (const value of [data, indices, updates]) holdSome(call.place, value, [at], WRITTEN);
  for (const i of range(0, rank)) if (i !== at) lineUp(call, [data, indices, updates], i, WRITTEN);
  return {
    outputs: [
      computed(
        data.axes,
        data.axes.map((_, i) => i !== at && data.zero[i]! && updates.zero[i]!),
      ),
    ],
  };
};

const scatterNd: Rule = (call) => {
  const [data, indices, updates] = [call.input(0), call.input(1), call.input(2)];
  const last = indices.axes.length - 1;
  const depth = indices.axes[last]?.dim;
  if (typeof depth !== 'number') throw new NotFollowed('how many axes it writes along is left open');
  holdAll(call.place, indices, 'it says where to write');
  holdSome(call.place, data, range(0, depth), WRITTEN);
  holdSome(call.place, updates, range(0, last), WRITTEN);
  const zero = data.axes.map(() => false);
  for (const i of range(depth, data.axes.length)) {
    const other = last + i - depth;
    call.axes.unite(data.axes[i]!, updates.axes[other]!, whyAt(call.place, i, 'it lines up with another'));
    zero[i] = data.zero[i]! && updates.zero[other]!;
  }
  return { outputs: [computed(data.axes, zero)] };
};

/** A new axis at a place, as long as it is told. */
const oneHot: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length + 1;
  const at = axisOf(call, rank, -1);
  const why = whyAt(call.place, at, 'numbers that a run computes say which of it is on');
  const dim = call.numbers(1)?.[0] ?? call.declared(0)?.[at] ?? call.open('depth');
  const axes = [...x.axes.slice(0, at), call.axes.held(dim, why), ...x.axes.slice(at)];
  return {
    outputs: [
      computed(
        axes,
        axes.map(() => false),
      ),
    ],
  };
};

/** The largest along an axis, and where they stand. */
const topK: Rule = (call) => {
  const x = call.input(0);
  const at = axisOf(call, x.axes.length, -1);
  const why = whyAt(call.place, at, 'it is ranked');
  call.axes.hold(x.axes[at]!, why);
  const given = call.opset < 10 ? numberAt(call.attributes, 'k', 1) : call.numbers(1)?.[0];
  const dim = given ?? call.declared(0)?.[at] ?? call.open('k');
  const axes = x.axes.map((axis, i) => (i === at ? call.axes.held(dim, why) : axis));
  const none = axes.map(() => false);
  return {
    outputs: [
      computed(
        axes,
        x.zero.map((zero, i) => zero && i !== at),
      ),
      computed(axes, none),
    ],
  };
};

/** Zeros add nothing to those behind them. */
const cumSum: Rule = (call) => {
  const x = call.input(0);
  const given = call.numbers(1)?.[0];
  if (given === undefined) throw new NotFollowed('its axis is computed');
  const at = frontAxis(given, x.axes.length);
  if (!x.zero[at]) {
    const why = 'it is added up along, and units are not 0 there without weights';
    call.axes.hold(x.axes[at]!, whyAt(call.place, at, why));
  }
  return {
    outputs: [
      computed(
        x.axes,
        x.zero.map((zero, i) => zero && i !== at),
      ),
    ],
  };
};

const reverseSequence: Rule = (call) => {
  const [x, lengths] = [call.input(0), call.input(1)];
  const time = numberAt(call.attributes, 'time_axis', 0);
  const batch = numberAt(call.attributes, 'batch_axis', 1);
  holdSome(call.place, x, [time], 'it is turned round');
  call.axes.unite(x.axes[batch]!, lengths.axes[0]!, whyAt(call.place, batch, 'it is that of the batch'));
  return { outputs: [computed(x.axes, x.zero)] };
};

/** What comes out is as long as what a run finds. */
const found =
  (what: string, shape: (call: NodeCall, x: GraphValue) => readonly Dim[]): Rule =>
  (call) => {
    for (const value of call.inputs()) holdAll(call.place, value, what);
    const make = (dims: readonly Dim[]) =>
      computed(
        dims.map((dim, i): Axis => call.axes.held(dim, whyAt(call.place, i, what))),
        dims.map(() => false),
      );
    return { outputs: [make(call.declared(0) ?? shape(call, call.input(0)))] };
  };

const compress: Rule = (call) => {
  const x = call.input(0);
  const why = 'what of it stays is for a run to say';
  holdAll(call.place, call.input(1), why);
  if (call.attributes.axis === undefined) {
    holdAll(call.place, x, why);
    return { outputs: [computed([call.axes.held(call.open('count'), whyAt(call.place, 0, why))], [false])] };
  }
  const at = axisOf(call, x.axes.length, 0);
  call.axes.hold(x.axes[at]!, whyAt(call.place, at, why));
  const left = call.axes.held(call.open('count'), whyAt(call.place, at, why));
  return {
    outputs: [
      computed(
        x.axes.map((axis, i) => (i === at ? left : axis)),
        x.zero.map((zero, i) => zero && i !== at),
      ),
    ],
  };
};

/** Operators that look up, write and rank by what a run computes. */
export const indexingRules: Readonly<Record<string, Rule>> = {
  GatherElements: gatherElements,
  GatherND: gatherNd,
  ScatterElements: scatterElements,
  Scatter: scatterElements,
  ScatterND: scatterNd,
  OneHot: oneHot,
  TopK: topK,
  CumSum: cumSum,
  ReverseSequence: reverseSequence,
  Compress: compress,
  NonZero: found('it looks for what is not 0', (call, x) => [x.axes.length, call.open('count')]),
  NonMaxSuppression: found('it looks for boxes', (call) => [call.open('count'), 3]),
};
