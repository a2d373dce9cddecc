import { type AxedValue, chooseSizes, combineSizes, elementwise, type ZeroWhen } from '@synaprune/axes';
import { numberAt } from '@synaprune/onnx/graph';
import type { GraphValue } from '../follow/graph-value.js';
import type { Followed, NodeCall, Rule } from '../follow/node-call.js';
import { readNumber } from './numbers.js';
import { sizeArithmetic } from './sizes.js';

/** 0 becomes 0. */
const KEEP_ZERO = [
  ...['Abs', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Celu', 'Elu', 'Erf', 'Floor', 'Gelu', 'HardSwish'],
  ...[
    'LeakyRelu',
    'Mish',
    'Neg',
    'Relu',
    'Round',
    'Selu',
    'Sign',
    'Sin',
    'Sinh',
    'Softsign',
    'Sqrt',
    'Swish',
  ],
  ...['Tan', 'Tanh', 'ThresholdedRelu', 'com.microsoft::Gelu', 'com.microsoft::QuickGelu'],
];

/** Operators that make 0 of 0. */
export const ZERO_STAYS: ReadonlySet<string> = new Set(KEEP_ZERO);

/** 0 becomes something else. */
const MOVE_ZERO = [
  ...['Acos', 'Acosh', 'BitwiseNot', 'Cos', 'Cosh', 'Exp', 'HardSigmoid', 'IsInf', 'IsNaN', 'Log', 'Not'],
  ...['Reciprocal', 'Sigmoid', 'Softplus'],
];

const COMBINE: Readonly<Record<string, ZeroWhen>> = {
  Add: 'all',
  Sub: 'all',
  Sum: 'all',
  Mean: 'all',
  Max: 'all',
  Min: 'all',
  Or: 'all',
  Xor: 'all',
  BitwiseOr: 'all',
  BitwiseXor: 'all',
  Mul: 'any',
  And: 'any',
  BitwiseAnd: 'any',
  Div: 'first',
  Mod: 'first',
  PRelu: 'first',
  BitShift: 'first',
  Pow: 'never',
  Equal: 'never',
  Greater: 'never',
  GreaterOrEqual: 'never',
  Less: 'never',
  LessOrEqual: 'never',
};

function unary(zero: boolean): Rule {
  return (call) => ({ outputs: [zeroIf(call.input(0), zero)] });
}

function zeroIf(x: GraphValue, zero: boolean): AxedValue {
  const { axes, parameter } = x;
  return { axes, parameter, zero: zero ? x.zero : x.zero.map(() => false) };
}

function combine(zeroWhen: ZeroWhen): Rule {
  return (call) => {
    const inputs = call.inputs();
    const value = elementwise(call.place, inputs, zeroWhen);
    return { outputs: [withSizes(call, value, inputs.length)] };
  };
}

/** Integers that are known stay known. */
function withSizes(call: NodeCall, value: AxedValue, count: number): AxedValue | GraphValue {
  // The remainder of C, with the sign of what is divided, is none of sizes.
  const arithmetic = numberAt(call.attributes, 'fmod', 0) === 0 ? sizeArithmetic[call.op] : undefined;
  if (arithmetic === undefined || count !== 2 || value.axes.length > 1) return value;
  const given = [0, 1].map((i) => call.input(i).sizes);
  if (given[0] === undefined || given[1] === undefined) return value;
  return { ...value, sizes: combineSizes(call.place, call.sizes(0)!, call.sizes(1)!, arithmetic) };
}

/** As it came, in every respect. */
function passOn(call: NodeCall): Followed {
  call.sizes(0);
  const x = call.input(0);
  return { outputs: [x, ...Array.from({ length: call.outputs - 1 }, () => undefined)] };
}

/** The same in another type. Sizes are whole numbers: as floats they would divide otherwise, and are no longer followed. */
const cast: Rule = (call) => {
  if (INTEGERS.includes(numberAt(call.attributes, 'to', 0))) return passOn(call);
  return castToFloats(call);
};

const castToFloats: Rule = (call) => {
  const { sizes: _, ...x } = call.input(0);
  return { outputs: [x] };
};

/** The numbers of ONNX for whole numbers and truths. */
const INTEGERS: readonly number[] = [2, 3, 4, 5, 6, 7, 9, 12, 13];

/** As it came, and which elements came through. */
const dropout: Rule = (call) => {
  const x = call.input(0);
  return { outputs: [x, { ...zeroIf(x, false), parameter: false }].slice(0, call.outputs) };
};

/** What is smaller than `lambd` becomes 0. */
const shrink: Rule = (call) => ({
  outputs: [zeroIf(call.input(0), numberAt(call.attributes, 'lambd', 0.5) >= 0)],
});

const clip: Rule = (call) => {
  const bound = (input: number, name: string, otherwise: number) =>
    call.has(input) ? readNumber(call.input(input)) : numberAt(call.attributes, name, otherwise);
  const [low, high] = [bound(1, 'min', -Infinity), bound(2, 'max', Infinity)];
  const zero = low !== undefined && high !== undefined && low <= 0 && high >= 0;
  return { outputs: [zeroIf(call.input(0), zero)] };
};

const power: Rule = (call) => {
  const exponent = readNumber(call.input(1));
  const zeroWhen = exponent !== undefined && exponent > 0 ? 'first' : 'never';
  return { outputs: [elementwise(call.place, call.inputs(), zeroWhen)] };
};

const where: Rule = (call) => {
  const inputs = [call.input(0), call.input(1), call.input(2)] as const;
  const either = elementwise(call.place, inputs.slice(1), 'all');
  const value = elementwise(call.place, [inputs[0], either], 'never');
  const zero = value.zero.map((_, i) => either.zero[i - value.axes.length + either.axes.length] ?? false);
  const known = inputs.map(({ sizes }) => sizes);
  if (known.some((sizes) => sizes === undefined) || value.axes.length > 1)
    return { outputs: [{ ...value, zero }] };
  const [condition, yes, no] = [0, 1, 2].map((i) => call.sizes(i)!);
  const sizes = chooseSizes(call.place, condition!, { yes: yes!, no: no! });
  return { outputs: [{ ...value, zero, sizes }] };
};

/** Operators that treat every element by itself. */
export const elementwiseRules: Readonly<Record<string, Rule>> = {
  ...Object.fromEntries(KEEP_ZERO.map((op) => [op, unary(true)])),
  ...Object.fromEntries(MOVE_ZERO.map((op) => [op, unary(false)])),
  ...Object.fromEntries(Object.entries(COMBINE).map(([op, zeroWhen]) => [op, combine(zeroWhen)])),
  Identity: passOn,
  Cast: cast,
  CastLike: castToFloats,
  Dropout: dropout,
  Shrink: shrink,
  Clip: clip,
  Pow: power,
  Where: where,
};
