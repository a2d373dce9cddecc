import { elementsOf } from '@synaprune/core/checks';
import { type Attributes, frontAxis, type Graph, listAt, numberAt, type Value } from '@synaprune/onnx/graph';
import {
  cast,
  divide,
  expand,
  indicator,
  multiply,
  reduce,
  reshape,
  subtract,
} from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

/** The axes that a reduction sums over. */
function axesOf(x: Value, axes: Value | undefined, attributes: Attributes): readonly number[] {
  const listed = axes?.constant?.numbers() ?? listAt(attributes, 'axes') ?? x.shape.map((_, axis) => axis);
  return listed.map((axis) => frontAxis(axis, x.shape.length));
}

/** The shape with the reduced axes kept as 1. */
const kept = (x: Value, axes: readonly number[]): readonly number[] =>
  x.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));

const sum: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const axes = axesOf(x, inputs[1], attributes);
  return [expand(graph, reshape(graph, gradients[0]!, kept(x, axes)), x.shape)];
};

const mean: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const axes = axesOf(x, inputs[1], attributes);
  const count = elementsOf(x.shape) / elementsOf(outputs[0]!.shape);
  const shared = multiply(graph, gradients[0]!, 1 / count);
  return [expand(graph, reshape(graph, shared, kept(x, axes)), x.shape)];
};

/** Elements that tie share the gradient evenly. */
const extreme: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const axes = axesOf(x, inputs[1], attributes);
  const taken = indicator(graph, 'Equal', x, reshape(graph, outputs[0]!, kept(x, axes)));
  const share = divide(
    graph,
    reshape(graph, gradients[0]!, kept(x, axes)),
    reduce(graph, 'ReduceSum', taken, axes, true),
  );
  return [multiply(graph, taken, share)];
};

/** What the others come to: by division where nothing is 0, and where one is, only that one has a gradient. */
const product: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const axes = axesOf(x, inputs[1], attributes);
  const none = graph.add('Equal', [x, graph.scalar(0, x.type)]);
  const filled = graph.add('Where', [none, graph.scalar(1, x.type), x]);
  const rest = divide(graph, reduce(graph, 'ReduceProd', filled, axes, true), filled);
  const zeros = reduce(graph, 'ReduceSum', cast(graph, none, x.type), axes, true);
  const others = subtract(graph, zeros, cast(graph, none, x.type));
  const counts = graph.add('Equal', [others, graph.scalar(0, x.type)]);
  const slope = graph.add('Where', [counts, rest, graph.scalar(0, x.type)]);
  return [multiply(graph, slope, reshape(graph, gradients[0]!, kept(x, axes)))];
};

/**
 * Whether what reads a softmax chooses something else for some rows, as attention does where a mask leaves
 * nothing: there it is 0 / 0, and its NaN must not come back through the gradient of what was not chosen.
 */
function isGuarded(graph: Graph, softmaxOutput: Value): boolean {
  const same = new Set<Value | undefined>([softmaxOutput]);
  return graph.nodes.some(({ op, inputs, outputs }) => {
    if (op === 'Cast' && same.has(inputs[0])) same.add(outputs[0]);
    return op === 'Where' && (same.has(inputs[1]) || same.has(inputs[2]));
  });
}

const softmax: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const whole = outputs[0]!;
  const y = isGuarded(graph, whole)
    ? graph.add('Where', [graph.add('IsNaN', [whole]), graph.scalar(0, whole.type), whole])
    : whole;
  const axis = frontAxis(numberAt(attributes, 'axis', -1), inputs[0]!.shape.length);
  const product = multiply(graph, gradients[0]!, y);
  const total = reduce(graph, 'ReduceSum', product, [axis], true);
  return [subtract(graph, product, multiply(graph, y, total))];
};

/** Rules of operators that make one element of many, and of softmax. */
export const reductionRules: Readonly<Record<string, GradientRule>> = {
  ReduceSum: sum,
  ReduceMean: mean,
  ReduceMax: extreme,
  ReduceMin: extreme,
  ReduceProd: product,
  Softmax: softmax,
};
