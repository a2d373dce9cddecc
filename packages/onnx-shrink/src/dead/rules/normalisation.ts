import { frontAxis, numberAt } from '@synaprune/onnx/graph';
import { type Carried, carried, rounded, typeOfAll, unknownNumbers } from '../carried.js';
import type { DeadCall, DeadRule } from '../dead-call.js';

const EPSILON = Math.fround(1e-5);

/** A value whose channels alone are known. */
function byChannel(call: DeadCall, of: () => Float64Array | undefined): Carried {
  const inputs = call.inputs();
  return carried(call.axes(0), {
    type: typeOfAll(inputs),
    finite: () => inputs.every((each) => each.finite()),
    along: (axis) => (axis === 1 ? of() : undefined),
  });
}

/** Every channel by itself, with numbers of the file. */
const batch: DeadRule = (call) => {
  const x = call.input(0);
  if (numberAt(call.attributes, 'training_mode', 0) !== 0)
    return [unknownNumbers(call.axes(0), call.inputs())];
  const epsilon = numberAt(call.attributes, 'epsilon', EPSILON);
  const type = typeOfAll(call.inputs().slice(1));
  const of = () => {
    const given = x.along(1);
    const [scale, shift, mean, variance] = [1, 2, 3, 4].map((i) => call.input(i).along(0));
    if (scale === undefined || shift === undefined || mean === undefined || variance === undefined)
      return undefined;
    return scale.map((by, i) => {
      if (by === 0 && x.finite()) return shift[i]!;
      const value = given?.[i] ?? Number.NaN;
      return rounded(type, (by * (value - mean[i]!)) / Math.sqrt(variance[i]! + epsilon) + shift[i]!);
    });
  };
  return [byChannel(call, of), ...call.node.output.slice(1).map(() => undefined)];
};

/** Where all that is compared is 0, the shift is left, exactly. */
const instance: DeadRule = (call) => {
  const x = call.input(0);
  for (const [i, axis] of x.axes.entries()) if (i > 1) call.needs.require(axis);
  const of = () => {
    const [scale, shift] = [call.input(1).along(0), call.input(2).along(0)];
    const given = x.along(1);
    if (!(numberAt(call.attributes, 'epsilon', EPSILON) > 0)) return undefined;
    return shift?.map((to, i) => (given?.[i] === 0 || (scale?.[i] === 0 && x.finite()) ? to : Number.NaN));
  };
  return [byChannel(call, of)];
};

/** Groups go as a whole: what is compared with each other stays together. */
const group: DeadRule = (call) => {
  for (const [i, axis] of call.input(0).axes.entries()) if (i > 1) call.needs.require(axis);
  return [unknownNumbers(call.axes(0), call.inputs())];
};

/** Axes whose elements are compared with each other are needed. */
function across(call: DeadCall, axes: readonly number[]): readonly Carried[] {
  const x = call.input(0);
  for (const i of axes) call.needs.require(x.axes[i]!);
  return call.node.output.map((_, i) => unknownNumbers(call.axes(i), call.inputs()));
}

const rangeFrom = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

const layer: DeadRule = (call) => {
  const rank = call.input(0).axes.length;
  return across(call, rangeFrom(frontAxis(numberAt(call.attributes, 'axis', -1), rank), rank)).slice(0, 1);
};

const softmax: DeadRule = (call) => {
  const rank = call.input(0).axes.length;
  const old = call.opset < 13;
  const axis = frontAxis(numberAt(call.attributes, 'axis', old ? 1 : -1), rank);
  return across(call, old ? rangeFrom(axis, rank) : [axis]);
};

const lp: DeadRule = (call) => {
  const rank = call.input(0).axes.length;
  return across(call, [frontAxis(numberAt(call.attributes, 'axis', -1), rank)]);
};

export const normalisationRules: Readonly<Record<string, DeadRule>> = {
  BatchNormalization: batch,
  InstanceNormalization: instance,
  GroupNormalization: group,
  LayerNormalization: layer,
  RMSNormalization: layer,
  SimplifiedLayerNormalization: layer,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  LpNormalization: lp,
};
