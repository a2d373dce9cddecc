import { normaliseChannels, normaliseGroups, normaliseOver } from '@synaprune/axes';
import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import type { NodeCall, Rule } from '../follow/node-call.js';

const range = (from: number, to: number) =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** Scale, shift, mean and variance, those that are there. */
function parametersOf(call: NodeCall, first: number, last: number) {
  return range(first, last + 1)
    .filter((i) => call.has(i))
    .map((i) => call.input(i));
}

/** In training it gives the mean and variance of every channel too. */
const batch: Rule = (call) => {
  const x = call.input(0);
  const value = normaliseChannels(call.place, x, 1, parametersOf(call, 1, 4));
  const statistics = { axes: [x.axes[1]!], zero: [false], parameter: false };
  return { outputs: [value, ...range(1, call.outputs).map(() => statistics)] };
};

/** Compared with those beside it. */
const neighbours: Rule = (call) => {
  const x = call.input(0);
  normaliseOver(call.place, x, [1]);
  return { outputs: [{ axes: x.axes, zero: x.zero, parameter: false }] };
};

/** Mean and variance of all but the channels, unless told. What is 0 everywhere has no variance to divide by. */
const meanVariance: Rule = (call) => {
  const x = call.input(0);
  const over = (listAt(call.attributes, 'axes') ?? [0, 2, 3]).map((axis) => frontAxis(axis, x.axes.length));
  normaliseOver(call.place, x, over);
  return { outputs: [{ axes: x.axes, zero: x.zero.map(() => false), parameter: false }] };
};

const instance: Rule = (call) => {
  const x = call.input(0);
  const over = range(2, x.axes.length);
  return { outputs: [normaliseChannels(call.place, x, 1, parametersOf(call, 1, 2), over)] };
};

const layer: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const axis = frontAxis(numberAt(call.attributes, 'axis', -1), rank);
  const value = normaliseOver(call.place, x, range(axis, rank), parametersOf(call, 1, 2));
  return { outputs: [value] };
};

/** Compared along one axis; before version 13 along all from there on. */
const softmax: Rule = (call) => {
  const x = call.input(0);
  const rank = x.axes.length;
  const old = call.opset < 13;
  const axis = frontAxis(numberAt(call.attributes, 'axis', old ? 1 : -1), rank);
  return { outputs: [normaliseOver(call.place, x, old ? range(axis, rank) : [axis])] };
};

const lpNormalization: Rule = (call) => {
  const x = call.input(0);
  const axis = frontAxis(numberAt(call.attributes, 'axis', -1), x.axes.length);
  return { outputs: [normaliseOver(call.place, x, [axis])] };
};

const group: Rule = (call) => {
  const groups = numberAt(call.attributes, 'num_groups', 1);
  const { output, groups: grouped } = normaliseGroups(call.place, call.input(0), {
    channels: 1,
    groups,
    parameters: parametersOf(call, 1, 2),
    perGroup: call.opset < 21,
  });
  return {
    outputs: [output],
    edit: (edit) => edit.attribute('num_groups', edit.lengthOf(grouped) as number),
  };
};

export const normalisationRules: Readonly<Record<string, Rule>> = {
  BatchNormalization: batch,
  LRN: neighbours,
  MeanVarianceNormalization: meanVariance,
  InstanceNormalization: instance,
  LayerNormalization: layer,
  RMSNormalization: layer,
  SimplifiedLayerNormalization: layer,
  GroupNormalization: group,
  Softmax: softmax,
  LogSoftmax: softmax,
  Hardmax: softmax,
  LpNormalization: lpNormalization,
};
