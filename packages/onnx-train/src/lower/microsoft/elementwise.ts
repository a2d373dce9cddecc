import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, multiply, transposeLast } from '../../arithmetic/arithmetic.js';
import { geluOf } from '../elementwise.js';
import type { Lowering } from '../lowering.js';

const plus = (graph: Graph, x: Value, bias: Value | undefined): Value =>
  bias === undefined ? x : add(graph, x, bias);

const fusedMatMul: Lowering = ({ graph }, { inputs, attributes }) => {
  const [a, b] = inputs as [Value, Value];
  if (numberAt(attributes, 'transBatchA', 0) || numberAt(attributes, 'transBatchB', 0)) {
    return graph.unsupported(
      'FusedMatMul with transBatchA or transBatchB has no gradient rule',
      'take the model as it was exported, before it was optimised',
    );
  }
  if (a.shape.length < 2 || b.shape.length < 2)
    return graph.bad('both of its operands need two axes or more');
  const side = (value: Value, name: string) =>
    numberAt(attributes, name, 0) ? transposeLast(graph, value) : value;
  const product = graph.add('MatMul', [side(a, 'transA'), side(b, 'transB')]);
  return [multiply(graph, product, numberAt(attributes, 'alpha', 1))];
};

/** Rewrites of activations and products of `com.microsoft`. */
export const microsoftElementwise: Readonly<Record<string, Lowering>> = {
  Gelu: ({ graph }, { inputs }) => [geluOf(graph, inputs[0]!)],
  BiasGelu: ({ graph }, { inputs }) => [geluOf(graph, add(graph, inputs[0]!, inputs[1]!))],
  FastGelu: ({ graph }, { inputs }) => [geluOf(graph, plus(graph, inputs[0]!, inputs[1]), true)],
  QuickGelu: ({ graph }, { inputs, attributes }) => {
    const scaled = multiply(graph, inputs[0]!, numberAt(attributes, 'alpha', 1.702));
    return [multiply(graph, inputs[0]!, graph.add('Sigmoid', [scaled]))];
  },
  FusedMatMul: fusedMatMul,
};
