import { type Attributes, numberAt } from '@synaprune/onnx/graph';

/** A function of one number, with what its node says. */
export type OfOne = (x: number, attributes: Attributes) => number;

const elu = (x: number, alpha: number) => (x >= 0 ? x : alpha * Math.expm1(x));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const clamp = (x: number) => Math.min(Math.max(x, 0), 1);
/** Functions that are known well enough at 0 alone. */
const atZero: OfOne = (x) => (x === 0 ? 0 : Number.NaN);

/** A function in steps, where a number lies so far from them that no rounding leads over one. */
const steps =
  (of: (x: number) => number, at: (x: number) => number): OfOne =>
  (x) =>
    Math.abs(at(x)) > 1e-4 * Math.max(1, Math.abs(x)) ? of(x) : Number.NaN;
const fromWhole = (x: number) => x - Math.round(x);
const fromHalf = (x: number) => x - Math.floor(x) - 0.5;

/** What operators make of an element. */
export const functions: Readonly<Record<string, OfOne>> = {
  Abs: Math.abs,
  Acos: Math.acos,
  Acosh: Math.acosh,
  Asin: Math.asin,
  Asinh: Math.asinh,
  Atan: Math.atan,
  Atanh: Math.atanh,
  Ceil: steps(Math.ceil, fromWhole),
  Celu: (x, attributes) => {
    const alpha = numberAt(attributes, 'alpha', 1);
    return Math.max(0, x) + Math.min(0, alpha * Math.expm1(x / alpha));
  },
  Cos: Math.cos,
  Cosh: Math.cosh,
  Elu: (x, attributes) => elu(x, numberAt(attributes, 'alpha', 1)),
  Erf: atZero,
  Exp: Math.exp,
  Floor: steps(Math.floor, fromWhole),
  Gelu: atZero,
  HardSigmoid: (x, attributes) =>
    clamp(numberAt(attributes, 'alpha', Math.fround(0.2)) * x + numberAt(attributes, 'beta', 0.5)),
  HardSwish: (x) => x * clamp(x / 6 + 0.5),
  LeakyRelu: (x, attributes) => (x >= 0 ? x : numberAt(attributes, 'alpha', Math.fround(0.01)) * x),
  Log: Math.log,
  Mish: (x) => x * Math.tanh(softplus(x)),
  Neg: (x) => -x,
  Reciprocal: (x) => 1 / x,
  Relu: (x) => Math.max(x, 0),
  Round: steps((x) => Math.round(x), fromHalf),
  Selu: (x, attributes) =>
    numberAt(attributes, 'gamma', Math.fround(1.0507009873554805)) *
    elu(x, numberAt(attributes, 'alpha', Math.fround(1.6732632423543772))),
  Sigmoid: sigmoid,
  Sign: steps(Math.sign, (x) => x),
  Sin: Math.sin,
  Sinh: Math.sinh,
  Softplus: softplus,
  Softsign: (x) => x / (1 + Math.abs(x)),
  Sqrt: Math.sqrt,
  Swish: (x, attributes) => x * sigmoid(numberAt(attributes, 'alpha', 1) * x),
  Tan: Math.tan,
  Tanh: Math.tanh,
  ThresholdedRelu: (x, attributes) => {
    const alpha = numberAt(attributes, 'alpha', 1);
    return steps(
      (y) => (y > alpha ? y : 0),
      (y) => y - alpha,
    )(x, attributes);
  },
  'com.microsoft::FastGelu': atZero,
  'com.microsoft::Gelu': atZero,
  'com.microsoft::QuickGelu': (x, attributes) =>
    x * sigmoid(numberAt(attributes, 'alpha', Math.fround(1.702)) * x),
};
