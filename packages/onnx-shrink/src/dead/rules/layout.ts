import type { Axis } from '@synaprune/axes';
import { frontAxis, listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import { type Carried, carried, lengthAt, notKnown, typeOfAll, unknownNumbers } from '../carried.js';
import { passOn } from '../combine.js';
import { type DeadCall, type DeadRule, NotKnown } from '../dead-call.js';
import { moved, reshaped, transposed } from './moved.js';

const reshape: DeadRule = (call) => [reshaped(call.input(0), call.axes(0))];

const transpose: DeadRule = (call) => {
  const x = call.input(0);
  const last = x.axes.length - 1;
  return [transposed(x, listAt(call.attributes, 'perm') ?? x.axes.map((_, i) => last - i), call.axes(0))];
};

const concat: DeadRule = (call) => {
  const inputs = call.inputs();
  const axes = call.axes(0);
  const at = frontAxis(numberAt(call.attributes, 'axis', 1), axes.length);
  const along = (axis: number): Float64Array | undefined => {
    const length = lengthAt({ axes }, axis);
    const parts = inputs.map((input) => input.along(axis) ?? notKnown(lengthAt(input, axis) ?? Number.NaN));
    if (length === undefined) return undefined;
    if (axis === at) return Float64Array.from(parts.flatMap((part) => [...part]));
    return parts[0]!.map((value, i) => (parts.every((part) => part[i] === value) ? value : Number.NaN));
  };
  return [
    carried(axes, { type: typeOfAll(inputs), finite: () => inputs.every((each) => each.finite()), along }),
  ];
};

/** Some indices along one axis. */
function picked(
  x: Carried,
  axes: readonly Axis[],
  at: number,
  indices: readonly number[] | undefined,
): Carried {
  return moved(x, axes, (axis) => {
    const along = x.along(axis);
    if (axis !== at) return along;
    return along && indices && Float64Array.from(indices, (index) => along[index]!);
  });
}

const split: DeadRule = (call) => {
  const x = call.input(0);
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  let from: number | undefined = 0;
  return call.node.output.map((_, i) => {
    const axes = call.axes(i);
    const size = lengthAt({ axes }, at);
    const start = from;
    from = start === undefined || size === undefined ? undefined : start + size;
    const indices =
      start === undefined || size === undefined
        ? undefined
        : Array.from({ length: size }, (_, index) => start + index);
    return picked(x, axes, at, indices);
  });
};

const gather: DeadRule = (call) => {
  const [x, indices] = [call.input(0), call.input(1)];
  const axes = call.axes(0);
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  const size = lengthAt(x, at);
  const numbers = call.integers(1);
  const rank = indices.axes.length;
  return [
    moved(x, axes, (axis) => {
      if (axis < at) return x.along(axis);
      if (axis >= at + rank) return x.along(axis - rank + 1);
      const along = x.along(at);
      if (rank !== 1 || numbers === undefined || along === undefined || size === undefined) return undefined;
      return Float64Array.from(numbers, (index) => along[index < 0 ? index + size : index] ?? Number.NaN);
    }),
  ];
};

const slice: DeadRule = (call) => {
  const x = call.input(0);
  const axes = call.axes(0);
  const old = call.opset < 10;
  const read = (input: number, name: string) =>
    old ? listAt(call.attributes, name) : call.has(input) ? call.integers(input) : undefined;
  const [starts, ends, steps] = [read(1, 'starts'), read(2, 'ends'), read(4, 'steps')];
  const named = read(3, 'axes');
  if ((!old && call.has(3) && named === undefined) || (!old && call.has(4) && steps === undefined)) {
    throw new NotKnown('its axes or steps are computed');
  }
  const which = (named ?? starts?.map((_, i) => i))?.map((axis) => frontAxis(axis, x.axes.length));
  return [
    moved(x, axes, (axis) => {
      const along = x.along(axis);
      const k = which?.indexOf(axis);
      if (k === undefined || along === undefined) return undefined;
      if (k < 0) return along;
      const [start, end] = [starts?.[k], ends?.[k]];
      if (start === undefined || end === undefined) return undefined;
      return sliced(along, start, end, steps?.[k] ?? 1);
    }),
  ];
};

function sliced(along: Float64Array, from: number, to: number, by: number): Float64Array {
  const size = along.length;
  const bound = (value: number, low: number, high: number) =>
    Math.min(Math.max(value < 0 ? value + size : value, low), high);
  const start = by > 0 ? bound(from, 0, size) : bound(from, 0, size - 1);
  const end = by > 0 ? bound(to, 0, size) : bound(to, -1, size - 1);
  const taken: number[] = [];
  for (let i = start; by > 0 ? i < end : i > end; i += by) taken.push(along[i]!);
  return Float64Array.from(taken);
}

/** Padded along some axes: the others carry what they did, where that is what is padded with. */
const pad: DeadRule = (call) => {
  const x = call.input(0);
  const axes = call.axes(0);
  const mode = textAt(call.attributes, 'mode', 'constant');
  if (call.has(3)) throw new NotKnown('its axes are named');
  const pads = call.opset < 11 ? listAt(call.attributes, 'pads') : call.integers(1);
  const value =
    call.opset < 11 ? numberAt(call.attributes, 'value', 0) : call.has(2) ? call.input(2).everywhere() : 0;
  if (pads?.length !== 2 * x.axes.length) return [unknownNumbers(axes, [x])];
  return [
    carried(axes, {
      type: x.type,
      finite: () => x.finite() && Number.isFinite(value),
      along(axis) {
        if (pads[axis] !== 0 || pads[axis + x.axes.length] !== 0) return undefined;
        const along = x.along(axis);
        return mode === 'constant' ? along?.map((each) => (each === value ? each : Number.NaN)) : along;
      },
    }),
  ];
};

/** Repeated along axes that had one index, or as often as it is long. */
const repeat: DeadRule = (call) => {
  const x = call.input(0);
  const axes = call.axes(0);
  const repeated = passOn(x, axes);
  return [
    moved(x, axes, (axis) => {
      const own = axis - axes.length + x.axes.length;
      const length = lengthAt(x, own);
      return length === lengthAt({ axes }, axis) || length === 1 ? repeated.along(axis) : undefined;
    }),
  ];
};

/** Every element is handed on as it is. */
const same: DeadRule = (call: DeadCall) => [passOn(call.input(0), call.axes(0))];

export const layoutRules: Readonly<Record<string, DeadRule>> = {
  Identity: same,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Gather: gather,
  Slice: slice,
  Pad: pad,
  Expand: repeat,
  Tile: repeat,
};
