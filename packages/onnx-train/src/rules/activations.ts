import { type Attributes, type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, cast, divide, indicator, multiply, negate, subtract, sumTo } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

/** A rule from the slope of a function of one element, in terms of `x` or of `y`. */
const slope =
  (derivative: (graph: Graph, x: Value, y: Value, attributes: Attributes) => Value): GradientRule =>
  (graph, { inputs, outputs, gradients, attributes }) => [
    multiply(graph, gradients[0]!, derivative(graph, inputs[0]!, outputs[0]!, attributes)),
  ];

/** One value where a condition on the element holds, another elsewhere. */
function choose(graph: Graph, condition: Value, yes: Value | number, no: Value | number, like: Value): Value {
  const value = (side: Value | number) => (typeof side === 'number' ? graph.scalar(side, like.type) : side);
  return graph.add('Where', [condition, value(yes), value(no)]);
}

const positive = (graph: Graph, x: Value): Value => graph.add('Greater', [x, graph.scalar(0, x.type)]);

const square = (graph: Graph, x: Value): Value => multiply(graph, x, x);

/** 1 strictly between two bounds, else 0. */
function between(graph: Graph, x: Value, low: number, high: number): Value {
  return multiply(graph, indicator(graph, 'Greater', x, low), indicator(graph, 'Less', x, high));
}

/** As PyTorch has it: an element that a bound took gives its gradient to the bound, the upper one over the lower. */
const clip: GradientRule = (graph, { inputs, gradients, wanted }) => {
  const [x, low, high] = inputs as [Value, Value | undefined, Value | undefined];
  const g = gradients[0]!;
  let passes: Value | undefined;
  if (low) passes = indicator(graph, 'GreaterOrEqual', x, low);
  if (high) {
    const below = indicator(graph, 'LessOrEqual', x, high);
    passes = passes ? multiply(graph, passes, below) : below;
  }
  const taken = (bound: Value, took: Value) =>
    sumTo(graph, graph.add('Where', [took, g, graph.scalar(0, g.type)]), bound.shape);
  const byLow = (bound: Value) => {
    const below = graph.add('Less', [x, bound]);
    return taken(bound, high ? graph.add('And', [below, graph.add('Less', [bound, high])]) : below);
  };
  const byHigh = (bound: Value) => {
    const above = graph.add('Greater', [x, bound]);
    return taken(bound, low ? graph.add('Or', [above, graph.add('Less', [bound, low])]) : above);
  };
  return [
    wanted[0] ? (passes ? multiply(graph, g, passes) : g) : undefined,
    wanted[1] ? byLow(low!) : undefined,
    wanted[2] ? byHigh(high!) : undefined,
  ];
};

const prelu: GradientRule = (graph, { inputs, gradients, wanted }) => {
  const [x, alpha] = inputs as [Value, Value];
  const g = gradients[0]!;
  const kept = positive(graph, x);
  const zero = graph.scalar(0, g.type);
  return [
    wanted[0] ? graph.add('Where', [kept, g, multiply(graph, g, alpha)]) : undefined,
    wanted[1]
      ? sumTo(graph, graph.add('Where', [kept, zero, multiply(graph, g, x)]), alpha.shape)
      : undefined,
  ];
};

const selu: GradientRule = slope((graph, x, y, attributes) => {
  const gamma = numberAt(attributes, 'gamma', 1.0507009873554805);
  const alpha = numberAt(attributes, 'alpha', 1.6732632423543772);
  return choose(graph, positive(graph, x), gamma, add(graph, y, gamma * alpha), x);
});

/** `1 / √value`. */
const inverseRoot = (graph: Graph, value: Value): Value =>
  graph.add('Reciprocal', [graph.add('Sqrt', [value])]);

/** Rules of functions of one element. */
export const activationRules: Readonly<Record<string, GradientRule>> = {
  Identity: (_graph, { gradients }) => [gradients[0]],
  Cast: (graph, { inputs, gradients }) => [cast(graph, gradients[0]!, inputs[0]!.type)],
  Neg: (graph, { gradients }) => [negate(graph, gradients[0]!)],
  Abs: slope((graph, x) =>
    subtract(graph, indicator(graph, 'Greater', x, 0), indicator(graph, 'Less', x, 0)),
  ),
  Reciprocal: slope((graph, _x, y) => negate(graph, square(graph, y))),
  Sqrt: (graph, { outputs, gradients }) => [multiply(graph, divide(graph, gradients[0]!, outputs[0]!), 0.5)],
  Exp: slope((_graph, _x, y) => y),
  Log: (graph, { inputs, gradients }) => [divide(graph, gradients[0]!, inputs[0]!)],
  Erf: slope((graph, x) =>
    multiply(graph, graph.add('Exp', [negate(graph, square(graph, x))]), 2 / Math.sqrt(Math.PI)),
  ),
  Sin: slope((graph, x) => graph.add('Cos', [x])),
  Cos: slope((graph, x) => negate(graph, graph.add('Sin', [x]))),
  Sinh: slope((graph, x) => graph.add('Cosh', [x])),
  Cosh: slope((graph, x) => graph.add('Sinh', [x])),
  Asin: slope((graph, x) => inverseRoot(graph, subtract(graph, 1, square(graph, x)))),
  Acos: slope((graph, x) => negate(graph, inverseRoot(graph, subtract(graph, 1, square(graph, x))))),
  Atan: slope((graph, x) => graph.add('Reciprocal', [add(graph, square(graph, x), 1)])),
  Asinh: slope((graph, x) => inverseRoot(graph, add(graph, square(graph, x), 1))),
  Acosh: slope((graph, x) => inverseRoot(graph, subtract(graph, square(graph, x), 1))),
  Atanh: slope((graph, x) => graph.add('Reciprocal', [subtract(graph, 1, square(graph, x))])),
  Relu: slope((graph, _x, y) => indicator(graph, 'Greater', y, 0)),
  LeakyRelu: slope((graph, x, _y, attributes) =>
    choose(graph, positive(graph, x), 1, numberAt(attributes, 'alpha', 0.01), x),
  ),
  PRelu: prelu,
  Elu: slope((graph, x, y, attributes) =>
    choose(graph, positive(graph, x), 1, add(graph, y, numberAt(attributes, 'alpha', 1)), x),
  ),
  Selu: selu,
  Sigmoid: slope((graph, _x, y) => multiply(graph, y, subtract(graph, 1, y))),
  HardSigmoid: slope((graph, _x, y, attributes) =>
    multiply(graph, between(graph, y, 0, 1), numberAt(attributes, 'alpha', 0.2)),
  ),
  Tanh: slope((graph, _x, y) => subtract(graph, 1, square(graph, y))),
  Softplus: slope((graph, x) => graph.add('Sigmoid', [x])),
  Softsign: slope((graph, x) =>
    graph.add('Reciprocal', [square(graph, add(graph, graph.add('Abs', [x]), 1))]),
  ),
  Clip: clip,
};

/** Steps: flat wherever they have a slope, so that nothing before them learns through them. */
export const flatOperators: ReadonlySet<string> = new Set(['Sign', 'Floor', 'Ceil', 'Round', 'Hardmax']);

/** Inputs by their places, in which an operator moves by steps while others have a gradient. */
export const flatInputs: Readonly<Record<string, readonly number[]>> = { OneHot: [0] };
