import {
  type AxedValue,
  type Dim,
  divideDim,
  type KnownSize,
  productOf,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
  whyAt,
  withAxis,
} from '@synaprune/axes';
import { type ModelValue, NotFollowed } from '../../follow/followed.js';
import type { NodeCall, NodeEdit, Rule } from '../node-call.js';
import { frontAxis, numbersOf } from './attributes.js';

/** What the elements of a value are stays known where they only stand elsewhere. */
export function withSizes(
  { axes, zero, parameter }: AxedValue,
  sizes: readonly (KnownSize | undefined)[] | undefined,
): ModelValue {
  const value = { axes, zero, parameter };
  return sizes === undefined || axes.length > 1 ? value : { ...value, sizes };
}

/** More indices of one axis than any model has. */
const MOST_INDICES = 2 ** 22;

const reshapeRule: Rule = (call) => {
  const x = call.input(0);
  const own = call.sizes(0);
  const target = call.sizes(1);
  if (target === undefined) throw new NotFollowed(`${call.place.label}: the new shape is computed`);
  const value = reshape(call.place, x, resolve(call, x, target));
  return { outputs: [withSizes(value, own)], edit: (edit) => correctShape(edit, 1, target, value) };
};

function resolve(call: NodeCall, x: AxedValue, target: readonly (KnownSize | undefined)[]): readonly Dim[] {
  const dims = target.map((size) => (size?.dim === -1 ? undefined : size?.dim));
  if (dims.some((dim) => typeof dim === 'number' && dim < 0)) {
    throw new NotFollowed(`${call.place.label}: no shape`);
  }
  const unknown = dims.flatMap((dim, i) => (dim === undefined ? [i] : []));
  if (unknown.length === 1) {
    const rest = productOf(dims.filter((dim) => dim !== undefined));
    const size = divideDim(productOf(x.axes.map(({ dim }) => dim)), rest);
    if (size !== undefined) dims[unknown[0]!] = size;
  }
  return dims.map((dim, i) => dim ?? call.open(`axis ${i}`));
}

/** Writes a target shape anew where the one that is computed would not be that of the smaller value. */
function correctShape(
  edit: NodeEdit,
  input: number,
  target: readonly (KnownSize | undefined)[],
  { axes }: AxedValue,
): void {
  edit.correct(
    input,
    target,
    target.map((size, i) => {
      if (size === undefined) return undefined;
      if (size.dim === -1) return -1;
      const after = edit.lengthOf(axes[i]!);
      return typeof after === 'number' ? after : undefined;
    }),
  );
}

const squeezeRule: Rule = (call) => {
  const x = call.input(0);
  const given = numbersOf(call, 'squeeze_dims') ?? numbersOf(call, 'axis') ?? [];
  const along =
    given.length > 0
      ? given.map((axis) => frontAxis(call, axis, x.axes.length))
      : x.axes.flatMap(({ dim }, i) => (dim === 1 ? [i] : []));
  if (given.length === 0 && x.axes.some(({ dim }) => typeof dim !== 'number')) {
    throw new NotFollowed(`${call.place.label}: it names no axes`);
  }
  return { outputs: [withSizes(squeeze(call.place, x, along), call.sizes(0))] };
};

const expand: Rule = (call) => {
  const x = call.input(0);
  const at = frontAxis(call, call.numbers(1)[0], x.axes.length + 1);
  return { outputs: [withSizes(unsqueeze(call.place, x, [at]), call.sizes(0))] };
};

const transposeRule: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const order = call.numbers(1).map((axis) => frontAxis(call, axis, rank));
  if (order.length !== rank || new Set(order).size !== rank) throw new NotFollowed('no order of its axes');
  const { axes, zero, parameter } = x;
  return { outputs: [transpose({ axes, zero, parameter }, order)] };
};

/** An axis behind itself, as often as is told. */
const tile: Rule = (call) => {
  const x = call.input(0);
  const times = call.sizes(1);
  if (times?.length !== x.axes.length) throw new NotFollowed(`${call.place.label}: how often is computed`);
  const { axes, zero, parameter } = x;
  let value: AxedValue = { axes, zero, parameter };
  for (const [i, size] of times.entries()) {
    if (size?.dim === 1 && size.of.length === 0) continue;
    const axis = x.axes[i]!;
    for (const each of size?.of ?? []) call.axes.hold(each, whyAt(call.place, i, 'how often is computed'));
    const total = typeof size?.dim === 'number' && typeof axis.dim === 'number' ? size.dim * axis.dim : 0;
    if (typeof size?.dim === 'number' && total > 0 && total <= MOST_INDICES) {
      const copies = Array.from({ length: size.dim }, () => axis);
      value = withAxis(value, i, call.axes.join(copies));
    } else {
      const why = whyAt(call.place, i, 'it is repeated');
      call.axes.hold(axis, why);
      value = withAxis(value, i, call.axes.held(call.open(`axis ${i}`), why));
    }
  }
  return { outputs: [value] };
};

const broadcast: Rule = (call) => {
  const x = call.input(0);
  const target = call.sizes(1);
  if (target === undefined || target.length < x.axes.length) {
    throw new NotFollowed(`${call.place.label}: the new shape is computed`);
  }
  const before = target.length - x.axes.length;
  const axes = target.map((size, i) => {
    const own = x.axes[i - before];
    if (own !== undefined && own.dim !== 1) return own;
    // A new axis is as long as it is told, which must not depend on what may go.
    for (const each of size?.of ?? []) call.axes.hold(each, whyAt(call.place, i, 'it is repeated'));
    return call.axes.held(size?.dim ?? call.open(`axis ${i}`), whyAt(call.place, i, 'it is repeated'));
  });
  const zero = target.map((_, i) => (x.axes[i - before]?.dim ?? 1) !== 1 && x.zero[i - before]!);
  const value: AxedValue = { axes, zero, parameter: false };
  return { outputs: [value], edit: (edit) => correctShape(edit, 1, target, value) };
};

/** The other way round along some axes. */
const reverse: Rule = (call) => {
  const x = call.input(0);
  const { axes, zero, parameter } = x;
  let value: AxedValue = { axes, zero, parameter };
  for (const given of call.numbers(1)) {
    const at = frontAxis(call, given, axes.length);
    const { dim } = axes[at]!;
    if (typeof dim === 'number') {
      const indices = Array.from({ length: dim }, (_, i) => dim - 1 - i);
      value = withAxis(value, at, call.axes.pick(axes[at]!, indices));
    } else call.axes.hold(axes[at]!, whyAt(call.place, at, 'it is turned round'));
  }
  return { outputs: [value] };
};

/** Operators that give the same elements in another shape or order. */
export const arrangementRules: Readonly<Record<string, Rule>> = {
  Reshape: reshapeRule,
  Squeeze: squeezeRule,
  ExpandDims: expand,
  Transpose: transposeRule,
  Tile: tile,
  BroadcastTo: broadcast,
  ReverseV2: reverse,
};
