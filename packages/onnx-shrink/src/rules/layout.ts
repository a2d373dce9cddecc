import {
  type AxedValue,
  concat,
  type Dim,
  divideDim,
  pick,
  productOf,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
  whyAt,
  withAxis,
} from '@synaprune/axes';
import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue, KnownSize } from '../follow/graph-value.js';
import { type Followed, type NodeCall, type NodeEdit, NotFollowed, type Rule } from '../follow/node-call.js';

/** What the elements of a value are stays known where they only stand elsewhere. */
function withSizes(
  value: AxedValue,
  sizes: readonly (KnownSize | undefined)[] | undefined,
): AxedValue | GraphValue {
  return sizes === undefined || value.axes.length > 1 ? value : { ...value, sizes };
}

const reshapeRule: Rule = (call) => {
  const x = call.input(0);
  const own = call.sizes(0);
  const target = call.opset < 5 ? listAt(call.attributes, 'shape')?.map(constantSize) : call.sizes(1);
  const zeroCopies = numberAt(call.attributes, 'allowzero', 0) === 0;
  const dims = resolve(call, x, target, zeroCopies);
  const value = reshape(call.place, x, dims);
  return {
    outputs: [withSizes(value, own)],
    ...(target === undefined ? {} : { edit: (edit) => correctShape(edit, 1, target, value, zeroCopies) }),
  };
};

const constantSize = (number: number): KnownSize => ({ dim: number, of: [], after: () => number });

function resolve(
  call: NodeCall,
  x: GraphValue,
  target: readonly (KnownSize | undefined)[] | undefined,
  zeroCopies: boolean,
): readonly Dim[] {
  const declared = call.declared(0);
  if (target === undefined) {
    if (declared === undefined) throw new NotFollowed('the new shape is computed');
    return declared;
  }
  const dims = target.map((size, i): Dim | undefined => {
    if (size?.dim === 0 && zeroCopies) return x.axes[i]?.dim;
    return size === undefined ? declared?.[i] : size.dim;
  });
  const total = productOf(x.axes.map(({ dim }) => dim));
  const free = dims.indexOf(-1);
  const unknown = dims.flatMap((dim, i) => (dim === undefined || dim === -1 ? [i] : []));
  if (unknown.length === 1) {
    const rest = productOf(dims.filter((_, i) => i !== unknown[0]) as Dim[]);
    const size = divideDim(total, rest);
    if (size !== undefined) dims[unknown[0]!] = size;
  }
  if (free >= 0 && dims[free] === -1) dims[free] = declared?.[free] ?? call.open('the rest');
  return dims.map((dim, i) => dim ?? call.open(`size ${i}`));
}

/** Writes a target shape anew where the one that is computed would not be that of the smaller value. */
export function correctShape(
  edit: NodeEdit,
  input: number,
  target: readonly (KnownSize | undefined)[],
  { axes }: AxedValue,
  zeroCopies: boolean,
): void {
  edit.correct(
    input,
    target,
    target.map((size, i) => {
      if (size === undefined || size.dim === -1 || (size.dim === 0 && zeroCopies)) return undefined;
      const after = edit.lengthOf(axes[i]!);
      return typeof after === 'number' ? after : undefined;
    }),
  );
}

const flatten: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const given = numberAt(call.attributes, 'axis', 1);
  const axis = given < 0 ? given + rank : given;
  const dims = x.axes.map(({ dim }) => dim);
  return { outputs: [reshape(call.place, x, [productOf(dims.slice(0, axis)), productOf(dims.slice(axis))])] };
};

const transposeRule: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const order = listAt(call.attributes, 'perm') ?? x.axes.map((_, i) => rank - 1 - i);
  if (order.length !== rank || new Set(order).size !== rank) throw new NotFollowed('no order of its axes');
  return { outputs: [transpose(x, order)] };
};

function axesOf(call: NodeCall, rank: number): readonly number[] | undefined {
  const given = call.has(1) ? call.numbers(1) : listAt(call.attributes, 'axes');
  if (call.has(1) && given === undefined) throw new NotFollowed('its axes are computed');
  return given?.map((axis) => frontAxis(axis, rank));
}

const squeezeRule: Rule = (call) => {
  const x = call.input(0);
  const along = axesOf(call, x.axes.length) ?? x.axes.flatMap(({ dim }, i) => (dim === 1 ? [i] : []));
  return { outputs: [withSizes(squeeze(call.place, x, along), call.sizes(0))] };
};

const unsqueezeRule: Rule = (call) => {
  const x = call.input(0);
  const count = (call.has(1) ? call.numbers(1) : listAt(call.attributes, 'axes'))?.length ?? 0;
  const at = axesOf(call, x.axes.length + count);
  if (at === undefined) throw new NotFollowed('it names no axes');
  return {
    outputs: [
      withSizes(
        unsqueeze(
          call.place,
          x,
          [...at].sort((a, b) => a - b),
        ),
        call.sizes(0),
      ),
    ],
  };
};

const concatRule: Rule = (call) => {
  const inputs = call.inputs();
  const at = frontAxis(numberAt(call.attributes, 'axis', 1), inputs[0]!.axes.length);
  const value = concat(call.place, inputs, at);
  const known = inputs.map(({ sizes }, i) => (sizes === undefined ? undefined : call.sizes(i)));
  if (value.axes.length !== 1 || known.every((sizes) => sizes === undefined)) return { outputs: [value] };
  const sizes = known.flatMap((each, i) => {
    if (each !== undefined) return each;
    const { dim } = inputs[i]!.axes[0]!;
    return Array.from({ length: typeof dim === 'number' ? dim : 0 }, () => undefined);
  });
  return { outputs: [{ ...value, sizes }] };
};

const split: Rule = (call) => {
  const x = call.input(0);
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  const axis = x.axes[at]!;
  const fromInput = call.opset >= 13 && call.has(1);
  const given = fromInput ? call.numbers(1) : listAt(call.attributes, 'split');
  if (fromInput && given === undefined) throw new NotFollowed('its parts are computed');
  const size = axis.dim;
  if (typeof size !== 'number') {
    const why = whyAt(call.place, at, 'it is split, and its length is left open');
    call.axes.hold(axis, why);
    const dims = call.axes.held(call.open('part'), why);
    return { outputs: Array.from({ length: call.outputs }, () => withAxis(x, at, dims)) };
  }
  const whole = Math.ceil(size / call.outputs);
  const parts =
    given ?? Array.from({ length: call.outputs }, (_, i) => Math.min(whole, Math.max(0, size - i * whole)));
  if (parts.reduce((sum, part) => sum + part, 0) !== size) throw new NotFollowed('its parts do not fill it');
  let from = 0;
  const known = call.sizes(0);
  const outputs = parts.map((part) => {
    const indices = Array.from({ length: part }, (_, i) => from + i);
    from += part;
    return withSizes(pick(call.place, x, at, indices), known && indices.map((index) => known[index]));
  });
  if (!call.axes.mayLose(axis)) return { outputs };
  return {
    outputs,
    edit(edit) {
      const sizes = outputs.map(({ axes }) => edit.lengthOf(axes[at]!) as number);
      if (call.opset >= 13) {
        edit.removeAttribute('num_outputs');
        edit.integers(1, sizes);
      } else edit.attribute('split', sizes);
    },
  };
};

const gather: Rule = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  const axis = x.axes[at]!;
  const numbers = call.numbers(1);
  const own = call.sizes(0);
  call.sizes(1);
  const isOne = indices.axes.length === 0;
  if (numbers === undefined || typeof axis.dim !== 'number' || indices.axes.length > 1) {
    call.axes.hold(axis, whyAt(call.place, at, 'it is looked up by numbers that a run computes'));
    // A table of rows makes what is looked up.
    if (x.parameter) for (const [i, each] of x.axes.entries()) if (i !== at) call.axes.mark(each, 'makes');
    const axes = [...x.axes.slice(0, at), ...indices.axes, ...x.axes.slice(at + 1)];
    const zero = [...x.zero.slice(0, at), ...indices.axes.map(() => false), ...x.zero.slice(at + 1)];
    return { outputs: [{ axes, zero, parameter: false }] };
  }
  const size = axis.dim;
  const picked = numbers.map((index) => (index < 0 ? index + size : index));
  if (picked.some((index) => !(index >= 0 && index < size))) throw new NotFollowed('an index lies outside');
  const taken = pick(call.place, x, at, picked);
  const known = own && picked.map((index) => own[index]);
  if (isOne) {
    const output = squeeze(call.place, taken, [at]);
    return {
      outputs: [withSizes(output, known)],
      edit: (edit) => moveIndices(edit, 1, axis, picked, true),
    };
  }
  return { outputs: [withSizes(taken, known)], edit: (edit) => moveIndices(edit, 1, axis, picked, false) };
};

function moveIndices(
  edit: NodeEdit,
  input: number,
  axis: GraphValue['axes'][number],
  picked: readonly number[],
  one: boolean,
): void {
  const kept = edit.keptOf(axis);
  if (kept === undefined) return;
  const places = new Map(kept.map((index, place) => [index, place]));
  const moved = picked.flatMap((index) => places.get(index) ?? []);
  edit.integers(input, one ? moved[0]! : moved);
}

const slice: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const old = call.opset < 10;
  const read = (input: number, name: string) => (old ? listAt(call.attributes, name) : call.numbers(input));
  const [starts, ends] = [read(1, 'starts'), read(2, 'ends')];
  const given = old ? listAt(call.attributes, 'axes') : call.has(3) ? call.numbers(3) : undefined;
  const steps = !old && call.has(4) ? call.numbers(4) : undefined;
  if ((!old && call.has(3) && given === undefined) || (!old && call.has(4) && steps === undefined)) {
    throw new NotFollowed('its axes or steps are computed');
  }
  const along = (given ?? x.axes.map((_, i) => i).slice(0, starts?.length ?? rank)).map((a) =>
    frontAxis(a, rank),
  );
  const own = call.sizes(0);
  let value: AxedValue = x;
  let known = own;
  const taken: { at: number; indices: readonly number[] | undefined }[] = [];
  for (const [k, at] of along.entries()) {
    const axis = x.axes[at]!;
    const [from, to, by] = [starts?.[k], ends?.[k], steps?.[k] ?? 1];
    if (typeof axis.dim !== 'number' || from === undefined || to === undefined) {
      // Only where it starts and ends may be computed, of lengths that nothing changes.
      for (const input of [1, 2]) for (const size of call.sizes(input) ?? []) void size;
      const whole = from === 0 && by === 1 && to !== undefined && to >= 2 ** 31 - 1;
      if (whole) continue;
      const why = whyAt(call.place, at, 'a part of it is taken, from or to where a run computes');
      call.axes.hold(axis, why);
      value = withAxis(value, at, call.axes.held(call.open(`size ${at}`), why));
      taken.push({ at, indices: undefined });
      continue;
    }
    const indices = sliceIndices(axis.dim, from, to, by);
    if (indices.length === axis.dim && by === 1) continue;
    if (Math.abs(by) !== 1) call.axes.hold(axis, whyAt(call.place, at, `every ${by}th of it is taken`));
    value = pick(call.place, value, at, indices);
    if (rank === 1) known = own && indices.map((index) => own[index]);
    taken.push({ at, indices });
  }
  const moving = taken.filter(({ at }) => call.axes.mayLose(x.axes[at]!));
  return {
    outputs: [withSizes(value, known)],
    ...(moving.length === 0
      ? {}
      : { edit: (edit) => moveSlice(edit, call, { x, along, starts, ends, steps, moving }) }),
  };
};

function sliceIndices(size: number, from: number, to: number, by: number): readonly number[] {
  const bound = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const start = by > 0 ? bound(from, 0, size) : bound(from, 0, size - 1);
  const end = by > 0 ? bound(to, 0, size) : bound(to, -1, size - 1);
  const indices: number[] = [];
  for (let i = start; by > 0 ? i < end : i > end; i += by) indices.push(i);
  return indices;
}

interface SliceParts {
  readonly x: GraphValue;
  readonly along: readonly number[];
  readonly starts: readonly number[] | undefined;
  readonly ends: readonly number[] | undefined;
  readonly steps: readonly number[] | undefined;
  readonly moving: readonly { readonly at: number; readonly indices: readonly number[] | undefined }[];
}

function moveSlice(edit: NodeEdit, call: NodeCall, parts: SliceParts): void {
  const [starts, ends] = [[...parts.starts!], [...parts.ends!]];
  for (const { at, indices } of parts.moving) {
    const kept = edit.keptOf(parts.x.axes[at]!);
    if (kept === undefined || indices === undefined) continue;
    const places = new Map(kept.map((index, place) => [index, place]));
    const moved = indices.flatMap((index) => places.get(index) ?? []);
    const k = parts.along.indexOf(at);
    const by = parts.steps?.[k] ?? 1;
    starts[k] = moved[0] ?? 0;
    ends[k] = (moved.at(-1) ?? -1) + Math.sign(by);
    if (by < 0 && ends[k] < 0) ends[k] = -(2 ** 31);
  }
  if (call.opset < 10) {
    edit.attribute('starts', starts);
    edit.attribute('ends', ends);
    return;
  }
  edit.integers(1, starts);
  edit.integers(2, ends);
}

/** Padded along axes that then stay; the others go through. */
const pad: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const pads = call.opset < 11 ? listAt(call.attributes, 'pads') : call.numbers(1);
  if (pads === undefined || call.has(3) || pads.length !== 2 * rank)
    throw new NotFollowed('its pads are computed');
  let value: AxedValue = x;
  for (const [i, axis] of x.axes.entries()) {
    const more = pads[i]! + pads[i + rank]!;
    if (pads[i] === 0 && pads[i + rank] === 0) continue;
    const why = whyAt(call.place, i, 'it is padded');
    call.axes.hold(axis, why);
    value = withAxis(
      value,
      i,
      call.axes.held(typeof axis.dim === 'number' ? axis.dim + more : call.open(`size ${i}`), why),
    );
  }
  return { outputs: [{ ...value, zero: call.has(2) ? value.zero.map(() => false) : value.zero }] };
};

/** Operators that only move elements. */
export const layoutRules: Readonly<Record<string, Rule>> = {
  Reshape: reshapeRule,
  Flatten: flatten,
  Transpose: transposeRule,
  Squeeze: squeezeRule,
  Unsqueeze: unsqueezeRule,
  Concat: concatRule,
  Split: split,
  Gather: gather,
  Slice: slice,
  Pad: pad,
} satisfies Record<string, (call: NodeCall) => Followed>;
