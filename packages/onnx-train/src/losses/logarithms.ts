import type { Graph, Value } from '@synaprune/onnx/graph';
import { reduce, subtract } from '../arithmetic/arithmetic.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';

/** Probabilities closer to 0 or 1 than this count as this, so that their logarithms stay finite. */
const SMALLEST_PROBABILITY = 1e-7;

/** `x − max − log Σ exp(x − max)`, of operators that every runtime has on every device. */
export function logSoftmax(graph: TrainingGraph, x: Value, axis: number): Value {
  const largest = withoutTape(graph, () => reduce(graph, 'ReduceMax', x, [axis], true));
  const shifted = subtract(graph, x, largest);
  const sum = reduce(graph, 'ReduceSum', graph.add('Exp', [shifted]), [axis], true);
  return subtract(graph, shifted, graph.add('Log', [sum]));
}

/** The logarithm of a probability, which is bounded from below. */
export function logOf(graph: Graph, probability: Value): Value {
  const bound = (n: number) => graph.scalar(n, probability.type);
  return graph.add('Log', [graph.add('Clip', [probability, bound(SMALLEST_PROBABILITY), bound(1)])]);
}
