import { type AxedValue, type Axis, elementwise, matMul, transpose, whyAt } from '@synaprune/axes';
import { numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../../follow/graph-value.js';
import { type NodeCall, NotFollowed, type Rule } from '../../follow/node-call.js';
import { alignLevels, integersOf, numbersOf, optional } from './levels.js';

/** A factor of a product: integers, and what says which numbers they stand for. */
interface Factor {
  readonly value: GraphValue;
  readonly scale?: GraphValue | undefined;
  readonly point?: GraphValue | undefined;
}

/** Rows of `a` with columns of `b`, of the numbers that both stand for. */
function multiply(
  call: NodeCall,
  [a, b]: readonly [Factor, Factor],
  turned: readonly [boolean, boolean] = [false, false],
): { readonly value: AxedValue; readonly multiplyAdds: readonly (readonly Axis[])[] } {
  const [left, right] = [a, b].map(({ value, point }, i) => {
    const own = numbersOf(value, point);
    return turned[i] ? transpose(own, [1, 0]) : own;
  }) as [AxedValue, AxedValue];
  if (left.axes.length === 0 || right.axes.length === 0) throw new NotFollowed('a number is no matrix');
  const value = matMul(call.place, left, right);
  if (left.axes.length > 1) alignLevels(call, left, left.axes.length - 2, [a.scale, a.point]);
  if (right.axes.length > 1) alignLevels(call, right, right.axes.length - 1, [b.scale, b.point]);
  return { value, multiplyAdds: [[...value.axes, left.axes.at(-1)!]] };
}

const matMulInteger: Rule = (call) => {
  const factors = [0, 1].map((i): Factor => ({ value: call.input(i), point: optional(call, i + 2) }));
  const { value, multiplyAdds } = multiply(call, factors as [Factor, Factor]);
  return { outputs: [value], multiplyAdds };
};

const matMulIntegerToFloat: Rule = (call) => {
  const factors = [0, 1].map(
    (i): Factor => ({ value: call.input(i), scale: call.input(i + 2), point: optional(call, i + 4) }),
  );
  const { value, multiplyAdds } = multiply(call, factors as [Factor, Factor]);
  const bias = optional(call, 6);
  return {
    outputs: [bias === undefined ? value : elementwise(call.place, [value, bias], 'all')],
    multiplyAdds,
  };
};

const dynamicQuantizeMatMul: Rule = (call) => {
  const x = call.input(0);
  for (const [i, axis] of x.axes.entries()) {
    if (!x.zero[i]) call.axes.hold(axis, whyAt(call.place, i, 'its range is that of all elements'));
  }
  const weight: Factor = { value: call.input(1), scale: call.input(2), point: optional(call, 3) };
  const { value, multiplyAdds } = multiply(call, [{ value: x }, weight]);
  const bias = optional(call, 4);
  return {
    outputs: [bias === undefined ? value : elementwise(call.place, [value, bias], 'all')],
    multiplyAdds,
  };
};

const linearMatMul: Rule = (call) => {
  const factors = [0, 3].map(
    (i): Factor => ({ value: call.input(i), scale: call.input(i + 1), point: optional(call, i + 2) }),
  );
  const { value, multiplyAdds } = multiply(call, factors as [Factor, Factor]);
  const [scale, point] = [call.input(6), call.input(7)];
  if (value.axes.length > 1) alignLevels(call, value, value.axes.length - 2, [scale, point]);
  return { outputs: [integersOf(value, value.zero, point)], multiplyAdds };
};

/** Gives floats where no scale of the output is told. */
const gemm: Rule = (call) => {
  const factors = [0, 3].map(
    (i): Factor => ({ value: call.input(i), scale: call.input(i + 1), point: call.input(i + 2) }),
  );
  const turned = ['transA', 'transB'].map((name) => numberAt(call.attributes, name, 0) !== 0);
  const { value, multiplyAdds } = multiply(call, factors as [Factor, Factor], turned as [boolean, boolean]);
  const bias = optional(call, 6);
  const sum = bias === undefined ? value : elementwise(call.place, [value, bias], 'all');
  return { outputs: [call.has(7) ? integersOf(sum, sum.zero, optional(call, 8)) : sum], multiplyAdds };
};

export const integerProductRules: Readonly<Record<string, Rule>> = {
  MatMulInteger: matMulInteger,
  QLinearMatMul: linearMatMul,
  'com.microsoft::MatMulIntegerToFloat': matMulIntegerToFloat,
  'com.microsoft::DynamicQuantizeMatMul': dynamicQuantizeMatMul,
  'com.microsoft::QGemm': gemm,
};
