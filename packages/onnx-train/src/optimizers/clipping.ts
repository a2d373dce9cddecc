import type { Graph, Value } from '@synaprune/onnx/graph';
import { add, divide, multiply, range, reduce } from '../arithmetic/arithmetic.js';
import type { TrainingStepOptions } from '../options/options.js';

/** Gradients within the bounds. */
export function clipGradients(
  graph: Graph,
  gradients: readonly Value[],
  { norm, value }: NonNullable<TrainingStepOptions['clip']>,
): readonly Value[] {
  const bounded =
    value === undefined
      ? gradients
      : gradients.map((gradient) => graph.add('Clip', [gradient, graph.scalar(-value), graph.scalar(value)]));
  if (norm === undefined || bounded.length === 0) return bounded;
  const squares = bounded.map((gradient) =>
    reduce(graph, 'ReduceSum', multiply(graph, gradient, gradient), range(gradient.shape.length), false),
  );
  const length = graph.add('Sqrt', [squares.reduce((sum, square) => add(graph, sum, square))]);
  // 1 up to the bound, so that short gradients keep their bits.
  const factor = divide(graph, norm, graph.add('Max', [length, graph.scalar(norm)]));
  return bounded.map((gradient) => multiply(graph, gradient, factor));
}
