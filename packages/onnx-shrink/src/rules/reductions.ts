import { type Reduction, reduce } from '@synaprune/axes';
import { frontAxis, listAt, numberAt } from '@synaprune/onnx/graph';
import { NotFollowed, type Rule } from '../follow/node-call.js';

const reduction =
  (kind: Reduction): Rule =>
  (call) => {
    const x = call.input(0);
    const rank = x.axes.length;
    const given = call.has(1) ? call.numbers(1) : listAt(call.attributes, 'axes');
    if (call.has(1) && given === undefined) throw new NotFollowed('its axes are computed');
    const none = given === undefined || given.length === 0;
    if (none && numberAt(call.attributes, 'noop_with_empty_axes', 0) !== 0) return { outputs: [x] };
    const along = none ? x.axes.map((_, i) => i) : given.map((axis) => frontAxis(axis, rank));
    const keep = numberAt(call.attributes, 'keepdims', 1) !== 0;
    return { outputs: [reduce(call.place, x, along, { kind, keep })] };
  };

/** A logarithm makes no 0 of 0s, whatever it is taken over. */
const logarithm: Rule = (call) => {
  const { outputs } = reduction('other')(call);
  return { outputs: outputs.map((value) => value && { ...value, zero: value.zero.map(() => false) }) };
};

const position: Rule = (call) => {
  const x = call.input(0);
  const axis = frontAxis(numberAt(call.attributes, 'axis', 0), x.axes.length);
  const keep = numberAt(call.attributes, 'keepdims', 1) !== 0;
  const value = reduce(call.place, x, [axis], { kind: 'other', keep });
  return { outputs: [{ ...value, zero: value.zero.map(() => false) }] };
};

export const reductionRules: Readonly<Record<string, Rule>> = {
  ReduceSum: reduction('sum'),
  ReduceL1: reduction('sum'),
  ReduceL2: reduction('sum'),
  ReduceSumSquare: reduction('sum'),
  ReduceMean: reduction('mean'),
  ReduceMax: reduction('other'),
  ReduceMin: reduction('other'),
  ReduceProd: reduction('other'),
  ReduceLogSum: logarithm,
  ReduceLogSumExp: logarithm,
  ArgMax: position,
  ArgMin: position,
};
