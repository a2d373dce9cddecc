import { computed, holdAll, whyAt } from '@synaprune/axes';
import { frontAxis, numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import type { NodeCall, Rule } from '../../follow/node-call.js';
import { alignLevels, integersOf, optional, zeroOf } from './levels.js';

/** Scales and zero points of channels line up with them; those of blocks hold all. */
function align(call: NodeCall, x: GraphValue, levels: readonly (GraphValue | undefined)[]): void {
  const blocks = numberAt(call.attributes, 'block_size', 0) !== 0;
  if (blocks || levels.some((each) => (each?.axes.length ?? 0) > 1)) {
    for (const each of [x, ...levels]) {
      if (each !== undefined) holdAll(call.place, each, 'its scales are those of blocks');
    }
    return;
  }
  const rank = x.axes.length;
  alignLevels(call, x, rank < 2 ? 0 : frontAxis(numberAt(call.attributes, 'axis', 1), rank), levels);
}

const quantize: Rule = (call) => {
  const [x, scale, point] = [call.input(0), call.input(1), optional(call, 2)];
  align(call, x, [scale, point]);
  return { outputs: [integersOf({ ...x, parameter: x.parameter && scale.parameter }, x.zero, point)] };
};

const dequantize: Rule = (call) => {
  const [x, scale, point] = [call.input(0), call.input(1), optional(call, 2)];
  align(call, x, [scale, point]);
  return { outputs: [{ axes: x.axes, zero: zeroOf(x, point), parameter: x.parameter && scale.parameter }] };
};

/** Its range is that of all elements and 0: units of nothing but 0 may go. */
const dynamicQuantize: Rule = (call) => {
  const x = call.input(0);
  for (const [i, axis] of x.axes.entries()) {
    if (!x.zero[i]) call.axes.hold(axis, whyAt(call.place, i, 'its range is that of all elements'));
  }
  const [scale, point] = [computed([], []), computed([], [])];
  return { outputs: [integersOf({ ...x, parameter: false }, x.zero, point), scale, point] };
};

export const linearRules: Readonly<Record<string, Rule>> = {
  QuantizeLinear: quantize,
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: dynamicQuantize,
  'com.microsoft::QuantizeLinear': quantize,
  'com.microsoft::DequantizeLinear': dequantize,
};
