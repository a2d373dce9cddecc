import { frontAxis, type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { concat, range, reduce, reshape } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

const zeros = (graph: Graph, { type, shape }: Value): Value =>
  graph.add('Expand', [graph.scalar(0, type), graph.integers(shape)]);

/** What was taken has the gradient of its place; the rest has none. */
const topK: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const axis = frontAxis(numberAt(attributes, 'axis', -1), x.shape.length);
  return [graph.add('ScatterElements', [zeros(graph, x), outputs[1], gradients[0]!], { axis })];
};

/** Of the two values, where there is a one and where there is none. */
const oneHot: GradientRule = (graph, { inputs, gradients, attributes, wanted }) => {
  if (!wanted[2]) return [];
  const [indices, depth, values] = inputs as [Value, Value, Value];
  const g = gradients[0]!;
  const marks = graph.constant({ type: g.type, shape: [2] }, [0, 1]);
  const marked = graph.add('OneHot', [indices, depth, marks], attributes);
  const is = graph.add('Equal', [marked, graph.scalar(1, g.type)]);
  const zero = graph.scalar(0, g.type);
  const total = (value: Value) =>
    reshape(graph, reduce(graph, 'ReduceSum', value, range(g.shape.length), false), [1]);
  const off = total(graph.add('Where', [is, zero, g]));
  const on = total(graph.add('Where', [is, g, zero]));
  return [undefined, undefined, reshape(graph, concat(graph, [off, on], 0), values.shape)];
};

const reverseSequence: GradientRule = (graph, { inputs, gradients, attributes }) => [
  graph.add('ReverseSequence', [gradients[0], inputs[1]], attributes),
];

/** Rules of operators that choose elements. */
export const choiceRules: Readonly<Record<string, GradientRule>> = {
  TopK: topK,
  OneHot: oneHot,
  ReverseSequence: reverseSequence,
};
