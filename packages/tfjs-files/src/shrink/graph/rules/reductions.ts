import { type Reduction, reduce } from '@synaprune/axes';
import type { Rule } from '../node-call.js';
import { frontAxis, isOn } from './attributes.js';

const reduction =
  (kind: Reduction): Rule =>
  (call) => {
    const x = call.input(0);
    const along = call.numbers(1).map((axis) => frontAxis(call, axis, x.axes.length));
    const keep = isOn(call, 'keep_dims', 'keepDims', 'keepdims');
    return { outputs: [reduce(call.place, x, along, { kind, keep })] };
  };

const position: Rule = (call) => {
  const x = call.input(0);
  const axis = frontAxis(call, call.count > 1 ? call.numbers(1)[0] : 0, x.axes.length);
  const value = reduce(call.place, x, [axis], { kind: 'other', keep: false });
  return { outputs: [{ ...value, zero: value.zero.map(() => false) }] };
};

export const reductionRules: Readonly<Record<string, Rule>> = {
  Sum: reduction('sum'),
  EuclideanNorm: reduction('sum'),
  Mean: reduction('mean'),
  Max: reduction('other'),
  Min: reduction('other'),
  Prod: reduction('other'),
  All: reduction('other'),
  Any: reduction('other'),
  ArgMax: position,
  ArgMin: position,
};
