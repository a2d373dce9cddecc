import { type AxedValue, concat, elementwise, normaliseOver, reduce, type ZeroWhen } from '@synaprune/axes';
import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { followConvolution } from '../windows/convolutions.js';
import { pooled, pooledWhole } from '../windows/windows.js';
import { alignLevels, integersOf, numbersOf, optional } from './levels.js';

/** The numbers of an input whose scale and zero point stand behind it, one of each. */
function numbersAt(call: NodeCall, input: number): AxedValue {
  const [value, scale, point] = [call.input(input), call.input(input + 1), optional(call, input + 2)];
  for (const each of [scale, point]) {
    if (each?.axes.some(({ dim }) => dim !== 1)) throw new NotFollowed('it has several scales');
  }
  return numbersOf(value, point);
}

function outputAt(call: NodeCall, value: AxedValue, point: number): AxedValue {
  const given = optional(call, point);
  if (given?.axes.some(({ dim }) => dim !== 1)) throw new NotFollowed('it has several zero points');
  return integersOf(value, value.zero, given);
}

const combine =
  (zeroWhen: ZeroWhen): Rule =>
  (call) => {
    const value = elementwise(call.place, [numbersAt(call, 0), numbersAt(call, 3)], zeroWhen);
    return { outputs: [outputAt(call, value, 7)] };
  };

const unary =
  (keepsZero: boolean): Rule =>
  (call) => {
    const x = numbersAt(call, 0);
    return { outputs: [outputAt(call, keepsZero ? x : { ...x, zero: x.zero.map(() => false) }, 4)] };
  };

const softmax: Rule = (call) => {
  const x = numbersAt(call, 0);
  const rank = x.axes.length;
  const axis = frontAxis(numberAt(call.attributes, 'axis', -1), rank);
  const old = numberAt(call.attributes, 'opset', 13) < 13;
  const over = x.axes.map((_, i) => i).filter((i) => (old ? i >= axis : i === axis));
  return { outputs: [outputAt(call, normaliseOver(call.place, x, over), 4)] };
};

/** Tensors with their scales and zero points, three inputs each, behind those of the output. */
const concatenation: Rule = (call) => {
  const firsts = call.node.input.map((_, i) => i).filter((i) => i >= 2 && (i - 2) % 3 === 0);
  const inputs = firsts.map((i) => numbersAt(call, i));
  if (inputs.length === 0) throw new NotFollowed('it has nothing to put together');
  const at = frontAxis(numberAt(call.attributes, 'axis', 0), inputs[0]!.axes.length);
  return { outputs: [outputAt(call, concat(call.place, inputs, at), 1)] };
};

const channelsFirst = (call: NodeCall) => {
  if (numberAt(call.attributes, 'channels_last', 0) !== 0) throw new NotFollowed('its channels stand last');
};

const averagePool: Rule = (call) => {
  channelsFirst(call);
  return { outputs: [outputAt(call, pooled(call, numbersAt(call, 0)), 4)] };
};

const globalAveragePool: Rule = (call) => {
  channelsFirst(call);
  return { outputs: [outputAt(call, pooledWhole(call, numbersAt(call, 0)), 4)] };
};

const reduceMean: Rule = (call) => {
  const x = numbersAt(call, 0);
  const rank = x.axes.length;
  const along = (listAt(call.attributes, 'axes') ?? x.axes.map((_, i) => i)).map((axis) =>
    frontAxis(axis, rank),
  );
  const keep = numberAt(call.attributes, 'keepdims', 1) !== 0;
  return { outputs: [outputAt(call, reduce(call.place, x, along, { kind: 'mean', keep }), 4)] };
};

/** Scales and zero points of filters have one element each, or one for all. */
function alignFilters(call: NodeCall, weight: GraphValue, levels: readonly (GraphValue | undefined)[]): void {
  alignLevels(call, weight, 0, levels);
}

const linearConv: Rule = (call) => {
  const [x, weight] = [numbersAt(call, 0), numbersOf(call.input(3), optional(call, 5))];
  alignFilters(call, call.input(3), [call.input(4), optional(call, 5)]);
  const { output, ...rest } = followConvolution(call, { x, weight, bias: optional(call, 8) });
  return { ...rest, outputs: [outputAt(call, output, 7)] };
};

const convInteger: Rule = (call) => {
  const [point, filterPoint] = [optional(call, 2), optional(call, 3)];
  const x = numbersOf(call.input(0), point);
  const weight = numbersOf(call.input(1), filterPoint);
  alignFilters(call, call.input(1), [filterPoint]);
  const { output, ...rest } = followConvolution(call, { x, weight, bias: undefined });
  return { ...rest, outputs: [output] };
};

export const linearOperatorRules: Readonly<Record<string, Rule>> = {
  QLinearConv: linearConv,
  ConvInteger: convInteger,
  'com.microsoft::QLinearAdd': combine('all'),
  'com.microsoft::QLinearMul': combine('any'),
  'com.microsoft::QLinearSigmoid': unary(false),
  'com.microsoft::QLinearLeakyRelu': unary(true),
  'com.microsoft::QLinearSoftmax': softmax,
  'com.microsoft::QLinearConcat': concatenation,
  'com.microsoft::QLinearAveragePool': averagePool,
  'com.microsoft::QLinearGlobalAveragePool': globalAveragePool,
  'com.microsoft::QLinearReduceMean': reduceMean,
};
