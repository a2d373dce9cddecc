import {
  type AxedValue,
  type Axis,
  computed,
  type Dim,
  holdSome,
  type KnownSize,
  knownNumber,
  sameDim,
  whyAt,
  withAxis,
} from '@synaprune/axes';
import { tensorToFloat32 } from '@synaprune/onnx';
import { type NodeCall, type NodeEdit, NotFollowed, type Rule } from '../../follow/node-call.js';
import { readNumber } from '../numbers.js';

const COMPUTED = 'how long it gets is computed';

/** An axis all of whose indices hold the same: which of them go is for what it meets to say. */
function copies(call: NodeCall, at: number, dim: Dim): Axis {
  if (typeof dim !== 'number' || dim < 2) return call.axes.held(dim, whyAt(call.place, at, 'it is repeated'));
  return call.axes.born(dim, { label: call.place.label, kind: 'copies' });
}

/** Where the node is told how long axes get, they are told what is right of the smaller ones. */
function correctLengths(
  edit: NodeEdit,
  input: number,
  sizes: readonly (KnownSize | undefined)[],
  axes: readonly (Axis | undefined)[],
): void {
  const wanted = sizes.map((size, i) => {
    const axis = axes[i];
    if (size === undefined || axis === undefined) return undefined;
    const after = edit.lengthOf(axis);
    return typeof after === 'number' ? after : undefined;
  });
  edit.correct(input, sizes, wanted);
}

/** How many axes a shape has, known or not. */
function rankOf(call: NodeCall, input: number): number {
  const rank = call.sizes(input)?.length ?? call.declared(0)?.length ?? call.input(input).axes[0]?.dim;
  if (typeof rank !== 'number') throw new NotFollowed('how many axes come out is computed');
  return rank;
}

/** Broadcast to a shape. */
export const expand: Rule = (call) => {
  const x = call.input(0);
  const target = call.sizes(1);
  const declared = call.declared(0);
  const rank = Math.max(x.axes.length, rankOf(call, 1));
  const shift = rank - (target?.length ?? rank);
  const axes: Axis[] = [];
  const zero: boolean[] = [];
  const nothing = readNumber(x) === 0;
  // Where the target says how long an axis is.
  const told: (Axis | undefined)[] = [];
  for (let i = 0; i < rank; i += 1) {
    const own = i - rank + x.axes.length;
    const axis = x.axes[own];
    const size = i < shift ? knownNumber(1) : target?.[i - shift];
    const why = whyAt(call.place, i, COMPUTED);
    if (axis === undefined || axis.dim === 1) {
      const grown =
        size === undefined
          ? call.axes.held(declared?.[i] ?? call.open(`size ${i}`), why)
          : copies(call, i, size.dim);
      axes.push(grown);
      zero.push(nothing);
      told.push(grown);
      continue;
    }
    const same = size !== undefined && (size.dim === 1 || sameDim(size.dim, axis.dim));
    if (!same) call.axes.hold(axis, why);
    const open = !same && typeof axis.dim !== 'number';
    axes.push(open ? call.axes.held(call.open(`size ${i}`), why) : axis);
    zero.push(x.zero[own]!);
    told.push(size?.dim === 1 ? undefined : axis);
  }
  return {
    outputs: [computed(axes, zero)],
    ...(target === undefined ? {} : { edit: (edit) => correctLengths(edit, 1, target, told.slice(shift)) }),
  };
};

/** All of it several times along axes. */
export const tile: Rule = (call) => {
  const x = call.input(0);
  const repeats = call.sizes(1);
  let value: AxedValue = computed(x.axes, x.zero);
  const times: (Axis | undefined)[] = [];
  for (const [i, axis] of x.axes.entries()) {
    const dim = repeats?.[i]?.dim;
    if (dim === 1) {
      times.push(undefined);
      continue;
    }
    if (dim === undefined) {
      const why = whyAt(call.place, i, 'how often it is repeated is computed');
      call.axes.hold(axis, why);
      value = withAxis(value, i, call.axes.held(call.open(`size ${i}`), why));
      times.push(undefined);
      continue;
    }
    const outer = copies(call, i, dim);
    times.push(outer);
    const repeated = withAxis(value, i, axis.dim === 1 ? outer : call.axes.merge([outer, axis]));
    value = { ...repeated, zero: repeated.zero.map((zero, k) => zero && k !== i) };
  }
  return {
    outputs: [value],
    ...(repeats === undefined ? {} : { edit: (edit) => correctLengths(edit, 1, repeats, times) }),
  };
};

/** One number everywhere. */
export const constantOfShape: Rule = (call) => {
  const target = call.sizes(0);
  const declared = call.declared(0);
  const axes = Array.from({ length: rankOf(call, 0) }, (_, i) => {
    const size = target?.[i];
    if (size !== undefined) return copies(call, i, size.dim);
    return call.axes.held(declared?.[i] ?? call.open(`size ${i}`), whyAt(call.place, i, COMPUTED));
  });
  const given = call.node.attribute.find(({ name }) => name === 'value')?.t;
  const number = given === undefined ? 0 : tensorToFloat32(given)[0]!;
  const value = computed(
    axes,
    axes.map(() => number === 0),
  );
  const length = axes.length === 1 && target?.[0]?.of.length === 0 ? axes[0]!.dim : undefined;
  const sizes =
    typeof length === 'number' && length <= 64 && Number.isInteger(number)
      ? { sizes: Array.from({ length }, () => knownNumber(number)) }
      : {};
  return {
    outputs: [{ ...value, ...sizes }],
    ...(target === undefined ? {} : { edit: (edit) => correctLengths(edit, 0, target, axes) }),
  };
};

/** Numbers in a row. */
export const range: Rule = (call) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => call.numbers(i)?.[0]);
  const why = whyAt(call.place, 0, 'it counts');
  if (start !== undefined && limit !== undefined && delta !== undefined && delta !== 0) {
    const count = Math.max(0, Math.ceil((limit - start) / delta));
    const sizes =
      count <= 4096 ? { sizes: Array.from({ length: count }, (_, i) => knownNumber(start + i * delta)) } : {};
    return { outputs: [{ ...computed([call.axes.held(count, why)], [false]), ...sizes }] };
  }
  const [end] = start === 0 && delta === 1 ? (call.sizes(1) ?? []) : [];
  for (const axis of end?.of ?? []) call.axes.hold(axis, whyAt(call.place, 0, 'it is counted to its length'));
  return { outputs: [computed([call.axes.held(end?.dim ?? call.open('count'), why)], [false])] };
};

/** The upper or the lower triangle of matrices. */
export const trilu: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  holdSome(call.place, x, [rank - 2, rank - 1], 'where an element stands says whether it stays');
  return { outputs: [{ axes: x.axes, zero: x.zero, parameter: x.parameter }] };
};
