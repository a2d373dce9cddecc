import {
  type AxedValue,
  type Axis,
  type KnownSize,
  pick,
  squeeze,
  unsqueeze,
  whyAt,
  withAxis,
} from '@synaprune/axes';
import { type ModelValue, NotFollowed } from '../../follow/followed.js';
import type { NodeCall, NodeEdit, Rule } from '../node-call.js';
import { withSizes } from './arrangement.js';
import { numberOf } from './attributes.js';

/** A number that no cut changes. */
export function fixedNumber(size: KnownSize | undefined): number | undefined {
  return size !== undefined && size.of.length === 0 && typeof size.dim === 'number' ? size.dim : undefined;
}

/** Where indices of an axis stand once it was cut, of those that stay. */
export function movedIndices(edit: NodeEdit, axis: Axis, indices: readonly number[]): readonly number[] {
  const kept = edit.keptOf(axis);
  if (kept === undefined) return indices;
  const places = new Map(kept.map((index, place) => [index, place]));
  return indices.flatMap((index) => places.get(index) ?? []);
}

interface Part {
  /** The place in the lists of where it begins and ends. */
  readonly spec: number;
  readonly axis: Axis;
  readonly indices: readonly number[];
  readonly step: number;
}

/** `begin`, `size`: a part of every axis. */
const slice: Rule = (call) => {
  const x = call.input(0);
  const own = call.sizes(0);
  const [begin, size] = [call.sizes(1), call.sizes(2)];
  const { axes, zero, parameter } = x;
  let value: AxedValue = { axes, zero, parameter };
  let known = own;
  const parts: Part[] = [];
  for (const [i, axis] of axes.entries()) {
    const [from, count] = [fixedNumber(begin?.[i]), fixedNumber(size?.[i])];
    if (from === 0 && (count === -1 || (count !== undefined && count === axis.dim))) {
      if (count !== -1) parts.push({ spec: i, axis, indices: range(0, count), step: 1 });
      continue;
    }
    if (from === undefined || count === undefined || typeof axis.dim !== 'number') {
      value = withAxis(value, i, heldPart(call, i, axis, [begin?.[i], size?.[i]]));
      continue;
    }
    const to = count === -1 ? axis.dim : from + count;
    if (from < 0 || to > axis.dim) throw new NotFollowed(`${call.place.label}: a part lies outside`);
    const indices = range(from, to);
    value = pick(call.place, value, i, indices);
    if (axes.length === 1) known = own && indices.map((index) => own[index]);
    parts.push({ spec: i, axis, indices, step: 1 });
  }
  const moving = parts.filter(({ axis }) => call.axes.mayLose(axis));
  return {
    outputs: [withSizes(value, known)],
    edit(edit) {
      if (moving.length === 0) return;
      const [starts, counts] = [begin!.map(() => undefined), size!.map(() => undefined)] as (
        | number
        | undefined
      )[][];
      for (const { spec, axis, indices } of moving) {
        const moved = movedIndices(edit, axis, indices);
        starts![spec] = moved[0] ?? 0;
        if (fixedNumber(size![spec]) !== -1) counts![spec] = moved.length;
      }
      edit.correct(1, begin!, starts!);
      edit.correct(2, size!, counts!);
    },
  };
};

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);
}

/** A part of an axis from or to where only a run knows. */
function heldPart(call: NodeCall, at: number, axis: Axis, sizes: readonly (KnownSize | undefined)[]): Axis {
  const why = whyAt(call.place, at, 'a part of it is taken, from or to where a run computes');
  call.axes.hold(axis, why);
  for (const size of sizes) for (const each of size?.of ?? []) call.axes.hold(each, why);
  return call.axes.held(call.open(`axis ${at}`), why);
}

/** Parts by begin, end and step, with axes that come and go. */
const stridedSlice: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const own = call.sizes(0);
  const [begin, end] = [call.sizes(1), call.sizes(2)];
  const steps = call.numbers(3);
  const bit = (name: string, i: number) => (numberOf(call, name, 0) & (1 << i)) !== 0;
  const specs = steps.map((_, i) => i);
  const fresh = specs.filter((i) => !bit('ellipsis_mask', i) && bit('new_axis_mask', i));
  const ellipsis = specs.find((i) => bit('ellipsis_mask', i));
  const named = specs.length - fresh.length - (ellipsis === undefined ? 0 : 1);
  if (named > rank) throw new NotFollowed(`${call.place.label}: more parts than axes`);
  const { axes, zero, parameter } = x;
  let value: AxedValue = { axes, zero, parameter };
  let known = own;
  const parts: Part[] = [];
  const gone: number[] = [];
  const made: number[] = [];
  let at = 0;
  let place = 0;
  for (const i of specs) {
    if (i === ellipsis) {
      at += rank - named;
      place += rank - named;
      continue;
    }
    if (bit('new_axis_mask', i)) {
      made.push(place);
      place += 1;
      continue;
    }
    const axis = axes[at]!;
    const isOne = bit('shrink_axis_mask', i);
    const step = isOne ? 1 : steps[i]!;
    const first = bit('begin_mask', i) ? undefined : fixedNumber(begin?.[i]);
    const last = bit('end_mask', i) ? undefined : fixedNumber(end?.[i]);
    const unknown =
      (!bit('begin_mask', i) && first === undefined) || (!isOne && !bit('end_mask', i) && last === undefined);
    if (unknown || typeof axis.dim !== 'number') {
      const whole = !unknown && !isOne && step === 1 && (first ?? 0) === 0 && last === undefined;
      if (!whole) {
        const part = heldPart(call, at, axis, [begin?.[i], end?.[i]]);
        value = withAxis(value, at, isOne ? call.axes.held(1, 'one of it is taken') : part);
        if (rank === 1) known = undefined;
      }
    } else {
      const indices = isOne ? [front(first ?? 0, axis.dim)] : taken(axis.dim, first, last, step);
      if (isOne && !(indices[0]! >= 0 && indices[0]! < axis.dim)) {
        throw new NotFollowed(`${call.place.label}: an index lies outside`);
      }
      if (Math.abs(step) !== 1) call.axes.hold(axis, whyAt(call.place, at, `every ${step}th of it is taken`));
      const whole = !isOne && step === 1 && indices.length === axis.dim;
      if (!whole) value = pick(call.place, value, at, indices);
      if (rank === 1) known = own && indices.map((index) => own[index]);
      parts.push({ spec: i, axis, indices, step });
    }
    if (isOne) gone.push(at);
    else place += 1;
    at += 1;
  }
  value = squeeze(call.place, value, gone);
  value = unsqueeze(call.place, value, made);
  const moving = parts.filter(({ axis }) => call.axes.mayLose(axis));
  return {
    outputs: [withSizes(value, known)],
    edit(edit) {
      if (moving.length === 0) return;
      const starts: (number | undefined)[] = begin!.map(() => undefined);
      const ends: (number | undefined)[] = end!.map(() => undefined);
      for (const { spec, axis, indices, step } of moving) {
        const moved = movedIndices(edit, axis, indices);
        if (moved.length === 0) continue;
        if (!bit('begin_mask', spec)) starts[spec] = moved[0]!;
        const stop = moved.at(-1)! + Math.sign(step);
        if (!bit('end_mask', spec)) ends[spec] = stop < 0 ? -(2 ** 31) + 1 : stop;
      }
      edit.correct(1, begin!, starts);
      edit.correct(2, end!, ends);
    },
  };
};

function front(index: number, size: number): number {
  return index < 0 ? index + size : index;
}

function taken(size: number, first: number | undefined, last: number | undefined, step: number): number[] {
  const bound = (value: number, low: number, high: number) =>
    Math.min(Math.max(front(value, size), low), high);
  const from =
    first === undefined
      ? step > 0
        ? 0
        : size - 1
      : step > 0
        ? bound(first, 0, size)
        : bound(first, -1, size - 1);
  const to =
    last === undefined ? (step > 0 ? size : -1) : step > 0 ? bound(last, 0, size) : bound(last, -1, size - 1);
  const indices: number[] = [];
  if (step === 0) return indices;
  for (let i = from; step > 0 ? i < to : i > to; i += step) indices.push(i);
  return indices;
}

/** Some indices of an axis, in their order. */
const gather: Rule = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const rank = x.axes.length;
  const given = call.count > 2 ? call.numbers(2)[0]! : numberOf(call, 'axis', 0);
  const at = front(given, rank);
  if (!(at >= 0 && at < rank) || numberOf(call, 'batch_dims', 0) !== 0) {
    throw new NotFollowed(`${call.place.label}: it gathers in another way`);
  }
  const axis = x.axes[at]!;
  const own = call.sizes(0);
  const numbers = call.sizes(1)?.map(fixedNumber);
  if (
    numbers === undefined ||
    !numbers.every((number) => number !== undefined) ||
    typeof axis.dim !== 'number' ||
    indices.axes.length > 1
  ) {
    for (const size of indices.sizes ?? []) {
      for (const each of size?.of ?? [])
        call.axes.hold(each, `${call.place.label}: it looks up by the length`);
    }
    call.axes.hold(axis, whyAt(call.place, at, 'it is looked up by numbers that a run computes'));
    // A table of rows makes what is looked up.
    if (x.parameter) for (const [i, each] of x.axes.entries()) if (i !== at) call.axes.mark(each, 'makes');
    const zero = [...x.zero.slice(0, at), ...indices.axes.map(() => false), ...x.zero.slice(at + 1)];
    const axes = [...x.axes.slice(0, at), ...indices.axes, ...x.axes.slice(at + 1)];
    return { outputs: [{ axes, zero, parameter: false } satisfies ModelValue] };
  }
  const size = axis.dim;
  const picked = numbers.map((index) => front(index, size));
  if (picked.some((index) => !(index >= 0 && index < size))) throw new NotFollowed('an index lies outside');
  const isOne = indices.axes.length === 0;
  const { axes, zero, parameter } = x;
  const chosen = pick(call.place, { axes, zero, parameter }, at, picked);
  const value = isOne ? squeeze(call.place, chosen, [at]) : chosen;
  return {
    outputs: [withSizes(value, own && picked.map((index) => own[index]))],
    edit(edit) {
      if (edit.keptOf(axis) === undefined) return;
      const moved = movedIndices(edit, axis, picked);
      edit.integers(1, isOne ? moved[0]! : moved);
    },
  };
};

export const sliceRules: Readonly<Record<string, Rule>> = {
  Slice: slice,
  StridedSlice: stridedSlice,
  GatherV2: gather,
  Gather: gather,
};
