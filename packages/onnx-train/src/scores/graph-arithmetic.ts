import type { Arithmetic } from '@synaprune/core';
import type { Graph, Value } from '@synaprune/onnx/graph';
import { add, multiply, subtract } from '../arithmetic/arithmetic.js';

/** What a score computes, as nodes of a graph. */
export function graphArithmetic(graph: Graph): Arithmetic<Value> {
  return {
    scalar: (number) => graph.scalar(number),
    add: (a, b) => add(graph, a, b),
    subtract: (a, b) => subtract(graph, a, b),
    multiply: (a, b) => multiply(graph, a, b),
    abs: (a) => graph.add('Abs', [a]),
    whereAtLeast: (a, b, then, otherwise) =>
      graph.add('Where', [graph.add('GreaterOrEqual', [a, b]), then, otherwise]),
  };
}
