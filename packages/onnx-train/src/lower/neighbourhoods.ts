import { elementsOf } from '@synaprune/core/checks';
import { type Graph, listAt, numberAt, type Value, windowAttributes } from '@synaprune/onnx/graph';
import {
  add,
  divide,
  expand,
  multiply,
  pad,
  range,
  reduce,
  slice,
  subtract,
} from '../arithmetic/arithmetic.js';
import { frontAxes } from '../arithmetic/known.js';
import type { GradientRule } from '../tape/gradient-rule.js';
import { composite, type TrainingGraph } from '../tape/tape.js';
import type { Lowering } from './lowering.js';
import { euclidean } from './reductions.js';
import { overhang, paddedWindows } from './windows.js';

/** `x / (bias + alpha / size · Σ x²)^beta`, the sum over channels next to each other. */
const localResponse: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const size = numberAt(attributes, 'size', 1);
  const before = Math.floor((size - 1) / 2);
  const none = x.shape.map(() => 0);
  const wide = pad(graph, multiply(graph, x, x), none.with(1, before), none.with(1, size - 1 - before));
  const channels = x.shape[1]!;
  const sum = range(size)
    .map((at) => slice(graph, wide, [1], [at], [at + channels]))
    .reduce((total, part) => add(graph, total, part));
  const scaled = multiply(graph, sum, numberAt(attributes, 'alpha', 1e-4) / size);
  const base = add(graph, scaled, numberAt(attributes, 'bias', 1));
  return [
    divide(graph, x, graph.add('Pow', [base, graph.scalar(numberAt(attributes, 'beta', 0.75), x.type)])),
  ];
};

/** `sum^(1/p)`, whose gradient is 0 where the sum is: what was emptied has no direction to grow in. */
function root(graph: TrainingGraph, sum: Value, p: number): Value {
  if (p === 1) return sum;
  const exponent = graph.scalar(1 / p, sum.type);
  const rule: GradientRule = (_graph, { outputs, gradients }) => {
    const zero = graph.scalar(0, sum.type);
    const slope = divide(graph, outputs[0]!, multiply(graph, sum, p));
    return [
      graph.add('Where', [graph.add('Equal', [sum, zero]), zero, multiply(graph, gradients[0]!, slope)]),
    ];
  };
  return composite(graph, 'root', [sum], () => [graph.add('Pow', [sum, exponent])], rule)[0]!;
}

function power(graph: TrainingGraph, x: Value, p: number): Value {
  if (p === 2) return multiply(graph, x, x);
  const size = graph.add('Abs', [x]);
  return p === 1 ? size : graph.add('Pow', [size, graph.scalar(p, x.type)]);
}

/** A sum over windows is a convolution of each channel with ones. */
const lpPool: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const kernel = listAt(attributes, 'kernel_shape') ?? graph.bad('kernel_shape is missing');
  const windows = paddedWindows(graph, x, attributes, kernel);
  const over = numberAt(attributes, 'ceil_mode', 0) ? overhang(x, windows) : kernel.map(() => 0);
  const after = windows.after.map((count, at) => count + over[at]!);
  const p = numberAt(attributes, 'p', 2);
  const channels = x.shape[1]!;
  const ones = expand(graph, graph.scalar(1, x.type), [channels, 1, ...kernel]);
  const settings = { ...windowAttributes({ ...windows, after }), group: channels };
  return [root(graph, graph.add('Conv', [power(graph, x, p), ones], settings), p)];
};

const globalLpPool: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const p = numberAt(attributes, 'p', 2);
  const axes = range(x.shape.length).slice(2);
  return [root(graph, reduce(graph, 'ReduceSum', power(graph, x, p), axes, true), p)];
};

/** A length of 1 or 2 norm along an axis; nothing stays nothing. */
const lpNormalization: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const axes = frontAxes(graph, [numberAt(attributes, 'axis', -1)], x.shape.length);
  const length =
    numberAt(attributes, 'p', 2) === 1
      ? reduce(graph, 'ReduceSum', graph.add('Abs', [x]), axes, true)
      : euclidean(graph, x, axes, true);
  const zero = graph.scalar(0, x.type);
  const empty = graph.add('Equal', [length, zero]);
  const divisor = graph.add('Where', [empty, graph.scalar(1, x.type), length]);
  return [graph.add('Where', [empty, zero, divide(graph, x, divisor)])];
};

/** `(x − mean) / (deviation + 1e-9)`; what does not vary becomes 0, and nothing learns through it. */
const meanVariance: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const axes = frontAxes(graph, listAt(attributes, 'axes') ?? [0, 2, 3], x.shape.length);
  const centered = subtract(graph, x, reduce(graph, 'ReduceMean', x, axes, true));
  const count = elementsOf(axes.map((axis) => x.shape[axis]!));
  const deviation = multiply(graph, euclidean(graph, centered, axes, true), 1 / Math.sqrt(count));
  return [divide(graph, centered, add(graph, deviation, 1e-9))];
};

const above = (graph: Graph, x: Value, bound: number): Value =>
  graph.add('Greater', [x, graph.scalar(bound, x.type)]);

/** Towards 0 by `bias` beyond `±lambd`, and 0 between. */
const shrink: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const [bound, bias] = [numberAt(attributes, 'lambd', 0.5), numberAt(attributes, 'bias', 0)];
  const below = graph.add('Less', [x, graph.scalar(-bound, x.type)]);
  const high = graph.add('Where', [
    above(graph, x, bound),
    subtract(graph, x, bias),
    graph.scalar(0, x.type),
  ]);
  return [graph.add('Where', [below, add(graph, x, bias), high])];
};

/** Half of an activation, half of what it lets through: `a·σ(alpha·a)·b`. */
const swiGlu: Lowering = ({ graph }, { inputs, attributes }) => {
  const [a, b] = inputs as [Value, Value];
  const gate = graph.add('Sigmoid', [multiply(graph, a, numberAt(attributes, 'alpha', 1))]);
  return [multiply(graph, multiply(graph, a, gate), b)];
};

/** Rewrites of operators that look at an element's neighbours, and of those made of a few steps. */
export const neighbourhoodLowerings: Readonly<Record<string, Lowering>> = {
  LRN: localResponse,
  LpPool: lpPool,
  GlobalLpPool: globalLpPool,
  LpNormalization: lpNormalization,
  MeanVarianceNormalization: meanVariance,
  Shrink: shrink,
  SwiGLU: swiGlu,
};
