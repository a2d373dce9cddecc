import { listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import { type Carried, carried } from '../carried.js';
import type { DeadCall, DeadRule } from '../dead-call.js';

/** Channels by themselves, all else in windows: what comes of a channel that is one number everywhere. */
function inWindows(call: DeadCall, of: (value: number) => number): Carried {
  const x = call.input(0);
  for (const [i, axis] of x.axes.entries()) if (i > 1) call.needs.require(axis);
  return carried(call.axes(0), {
    type: x.type,
    finite: x.finite,
    along: (axis) => (axis < 2 ? x.along(axis)?.map(of) : undefined),
  });
}

const same = (value: number) => value;
const zeros = (value: number) => (value === 0 ? 0 : Number.NaN);

/** The mean over a window is that number where every window lies inside, or counts what lies inside alone. */
const averagePool: DeadRule = (call) => {
  const { attributes } = call;
  const counts = numberAt(attributes, 'count_include_pad', 0) !== 0;
  const padded =
    textAt(attributes, 'auto_pad', 'NOTSET').startsWith('SAME') ||
    (listAt(attributes, 'pads') ?? []).some((pad) => pad !== 0);
  const ragged = numberAt(attributes, 'ceil_mode', 0) !== 0;
  return [inWindows(call, (counts && padded) || ragged ? zeros : same)];
};

const maxPool: DeadRule = (call) => [
  inWindows(call, same),
  ...call.node.output.slice(1).map(() => undefined),
];

const pool =
  (of: (value: number) => number): DeadRule =>
  (call) => [inWindows(call, of)];

/** Weights of what lies nearest and between add up to 1; those of others do so up to rounding, or not at the edge. */
const resize: DeadRule = (call) => {
  const x = call.input(0);
  for (const i of [0, ...x.axes.keys()]) if (i !== 1) call.needs.require(x.axes[i]!);
  const mode = textAt(call.attributes, 'mode', 'nearest');
  const outside = textAt(call.attributes, 'coordinate_transformation_mode', '') === 'tf_crop_and_resize';
  // A part of it may be what is resized, of channels too.
  if (outside) return [inWindows(call, () => Number.NaN)];
  return [inWindows(call, mode === 'nearest' || mode === 'linear' ? same : zeros)];
};

export const windowRules: Readonly<Record<string, DeadRule>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  LpPool: pool(zeros),
  GlobalAveragePool: pool(same),
  GlobalMaxPool: pool(same),
  GlobalLpPool: pool(zeros),
  Resize: resize,
  Upsample: resize,
};
