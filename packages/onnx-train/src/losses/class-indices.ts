import { elementsOf } from '@synaprune/core/checks';
import type { ElementType, Graph, Value } from '@synaprune/onnx/graph';
import {
  add,
  cast,
  divide,
  indicator,
  multiply,
  range,
  reduce,
  reshape,
  subtract,
} from '../arithmetic/arithmetic.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';

/** Whether each element is of the class that the indices name, a bool of the shape of the predictions. */
export function isClass(graph: Graph, indices: Value, prediction: Value, axis: number): Value {
  const { shape, type } = prediction;
  const classes = graph.constant(
    { type, shape: shape.map((dimension, other) => (other === axis ? dimension : 1)) },
    range(shape[axis]!),
  );
  const wide = reshape(
    graph,
    indices,
    shape.map((dimension, other) => (other === axis ? 1 : dimension)),
  );
  return graph.add('Equal', [cast(graph, wide, type), classes]);
}

/** 1 for each index that is of a class, from 0 on, else 0. */
export function isInside(graph: Graph, indices: Value, classes: number, type: ElementType): Value {
  const index = cast(graph, indices, type);
  return multiply(
    graph,
    indicator(graph, 'GreaterOrEqual', index, 0),
    indicator(graph, 'Less', index, classes),
  );
}

/**
 * A loss, or NaN where one of `inside` is 0: an index of no class would cost nothing otherwise. Gradients are
 * those of the other elements, so that what is lost is the step and not the weights.
 */
export function poisonedUnless(graph: TrainingGraph, inside: Value, loss: Value): Value {
  if (elementsOf(inside.shape) === 0) return loss;
  const verdict = withoutTape(graph, () => {
    const all = reduce(graph, 'ReduceMin', inside, range(inside.shape.length), false);
    return subtract(graph, divide(graph, all, all), 1);
  });
  // 0 / 0 is NaN; 1 / 1 − 1 adds nothing.
  return add(graph, loss, verdict);
}
