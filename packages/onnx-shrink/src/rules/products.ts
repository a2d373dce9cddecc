import { type AxedValue, elementwise, matMul, transpose } from '@synaprune/axes';
import { numberAt, textAt } from '@synaprune/onnx/graph';
import { NotFollowed, type Rule } from '../follow/node-call.js';
import { ZERO_STAYS } from './elementwise.js';

function turned(value: AxedValue, turn: boolean): AxedValue {
  if (!turn || value.axes.length < 2) return value;
  const order = value.axes.map((_, i) => i);
  const last = order.length - 1;
  [order[last], order[last - 1]] = [last - 1, last];
  return transpose(value, order);
}

const product: Rule = (call) => {
  if (['transBatchA', 'transBatchB'].some((name) => numberAt(call.attributes, name, 0) !== 0)) {
    throw new NotFollowed('its batches are turned');
  }
  const a = turned(call.input(0), numberAt(call.attributes, 'transA', 0) !== 0);
  const b = turned(call.input(1), numberAt(call.attributes, 'transB', 0) !== 0);
  if (a.axes.length === 0 || b.axes.length === 0) throw new NotFollowed('a number is no matrix');
  const value = matMul(call.place, a, b);
  return { outputs: [value], multiplyAdds: [[...value.axes, a.axes.at(-1)!]] };
};

const gemm: Rule = (call) => {
  const a = turned(call.input(0), numberAt(call.attributes, 'transA', 0) !== 0);
  const b = turned(call.input(1), numberAt(call.attributes, 'transB', 0) !== 0);
  if (a.axes.length !== 2 || b.axes.length !== 2) throw new NotFollowed('Gemm takes matrices');
  const value = matMul(call.place, a, b);
  const multiplyAdds = [[...value.axes, a.axes[1]!]];
  const sum = call.has(2) ? elementwise(call.place, [value, call.input(2)], 'all') : value;
  // Where it goes through an activation as well.
  const keeps = ZERO_STAYS.has(textAt(call.attributes, 'activation', 'Relu'));
  return { outputs: [keeps ? sum : { ...sum, zero: sum.zero.map(() => false) }], multiplyAdds };
};

export const productRules: Readonly<Record<string, Rule>> = {
  MatMul: product,
  'com.microsoft::FusedMatMul': product,
  'com.microsoft::TransposeMatMul': product,
  Gemm: gemm,
  'com.microsoft::FusedGemm': gemm,
};
