import { type AxedValue, combineSizes, elementwise, type ZeroWhen } from '@synaprune/axes';
import { moved } from '../../follow/activations.js';
import { type ModelValue, NotFollowed } from '../../follow/followed.js';
import type { FollowedNode, NodeCall, Rule } from '../node-call.js';
import { numberOf } from './attributes.js';
import { sizeArithmetic } from './sizes.js';

/** 0 becomes 0. */
const KEEP_ZERO: readonly string[] = [
  ...['Abs', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Elu', 'Erf', 'Expm1', 'Floor', 'LeakyRelu', 'Log1p'],
  ...['Neg', 'Relu', 'Relu6', 'Rint', 'Round', 'Selu', 'Sign', 'Sin', 'Sinh', 'Softsign', 'Sqrt', 'Square'],
  ...['Tan', 'Tanh', 'ZerosLike'],
];

/** 0 becomes something else. */
const MOVE_ZERO: readonly string[] = [
  ...['Acos', 'Acosh', 'Cos', 'Cosh', 'Exp', 'Inv', 'IsFinite', 'IsInf', 'IsNan', 'Log', 'LogicalNot'],
  ...['OnesLike', 'Reciprocal', 'Rsqrt', 'Sigmoid', 'Softplus'],
];

/** As it came. */
const PASS_ON: readonly string[] = [
  ...['Identity', 'Snapshot', 'StopGradient', 'Cast', 'CheckNumerics', 'FakeQuantWithMinMaxVars'],
  'PreventGradient',
];

const COMBINE: Readonly<Record<string, ZeroWhen>> = {
  Add: 'all',
  AddV2: 'all',
  AddN: 'all',
  Sub: 'all',
  Maximum: 'all',
  Minimum: 'all',
  SquaredDifference: 'all',
  LogicalOr: 'all',
  LogicalXor: 'all',
  Mul: 'any',
  LogicalAnd: 'any',
  BitwiseAnd: 'any',
  RealDiv: 'first',
  Div: 'first',
  DivNoNan: 'first',
  FloorDiv: 'first',
  FloorMod: 'first',
  Mod: 'first',
  Prelu: 'first',
  Atan2: 'never',
  Equal: 'never',
  NotEqual: 'never',
  Greater: 'never',
  GreaterEqual: 'never',
  Less: 'never',
  LessEqual: 'never',
};

/** Whether an operator of one input makes 0 of 0, each element by itself; undefined for any other. */
export function keepsZeroOp(op: string): boolean | undefined {
  if (KEEP_ZERO.includes(op)) return true;
  return MOVE_ZERO.includes(op) ? false : undefined;
}

function unary(zero: boolean): Rule {
  return (call) => {
    const { axes, zero: own, parameter } = call.input(0);
    const value = { axes, zero: own, parameter };
    return { outputs: [zero ? value : moved(value)] };
  };
}

function combine(zeroWhen: ZeroWhen): Rule {
  return (call) => {
    const inputs = call.inputs();
    const value = elementwise(call.place, inputs, zeroWhen);
    return { outputs: [withSizes(call, value, inputs)] };
  };
}

/** Whole numbers that are known stay known. */
function withSizes(call: NodeCall, value: AxedValue, inputs: readonly ModelValue[]): AxedValue | ModelValue {
  const arithmetic = sizeArithmetic[call.op];
  if (arithmetic === undefined || inputs.length !== 2 || value.axes.length > 1) return value;
  if (inputs.some(({ sizes }) => sizes === undefined)) return value;
  return { ...value, sizes: combineSizes(call.place, call.sizes(0)!, call.sizes(1)!, arithmetic) };
}

/** As it came, in every respect. A cast to whole numbers may change what no cut changes either. */
function passOn(call: NodeCall): FollowedNode {
  call.sizes(0);
  return { outputs: [call.input(0)] };
}

const clip: Rule = (call) => {
  const [low, high] = [call.number(1), call.number(2)];
  const { axes, zero, parameter } = call.input(0);
  const value = { axes, zero, parameter };
  return {
    outputs: [low !== undefined && high !== undefined && low <= 0 && high >= 0 ? value : moved(value)],
  };
};

/** The same with bounds that attributes say. */
const clipByValue: Rule = (call) => {
  if (call.count > 1) return clip(call);
  const keeps = numberOf(call, 'clip_value_min', 0) <= 0 && numberOf(call, 'clip_value_max', 0) >= 0;
  return unary(keeps)(call);
};

const power: Rule = (call) => {
  const exponent = call.number(1);
  const zeroWhen = exponent !== undefined && exponent > 0 ? 'first' : 'never';
  return { outputs: [elementwise(call.place, call.inputs(2), zeroWhen)] };
};

const select: Rule = (call) => {
  const [condition, yes, no] = [call.input(0), call.input(1), call.input(2)];
  // Of old a condition with one axis chose along the first axis of the others.
  if (call.op === 'Select' && condition.axes.length === 1 && yes.axes.length > 1) {
    throw new NotFollowed(`${call.place.label}: it chooses rows`);
  }
  const either = elementwise(call.place, [yes, no], 'all');
  const value = elementwise(call.place, [condition, either], 'never');
  const zero = value.zero.map((_, i) => either.zero[i - value.axes.length + either.axes.length] ?? false);
  return { outputs: [{ ...value, zero }] };
};

/** Operators that treat every element by itself. */
export const elementwiseRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(KEEP_ZERO.map((op) => [op, unary(true)])),
  ...Object.fromEntries(MOVE_ZERO.map((op) => [op, unary(false)])),
  ...Object.fromEntries(PASS_ON.map((op) => [op, passOn])),
  ...Object.fromEntries(Object.entries(COMBINE).map(([op, zeroWhen]) => [op, combine(zeroWhen)])),
  ClipByValue: clipByValue,
  Pow: power,
  Select: select,
  SelectV2: select,
};
