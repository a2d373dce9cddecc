import { elementsOf } from '@synaprune/core/checks';
import type { Graph, Value } from '@synaprune/onnx/graph';
import {
  add,
  divide,
  indicator,
  multiply,
  range,
  reduce,
  reshape,
  subtract,
} from '../arithmetic/arithmetic.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';

/** A mean, and what it is divided by. */
export interface Mean {
  /** A scalar. */
  readonly mean: Value;
  /** How many were counted, or the sum of their weights: means of parts are put together by it. */
  readonly count: number | Value;
}

/** The sum of all elements, a scalar. */
export function sumOf(graph: Graph, value: Value): Value {
  return reduce(graph, 'ReduceSum', value, range(value.shape.length), false);
}

/** The mean of all elements. */
export function meanOf(graph: Graph, value: Value): Mean {
  return {
    mean: reduce(graph, 'ReduceMean', value, range(value.shape.length), false),
    count: elementsOf(value.shape),
  };
}

/** Weights of samples, along the first axis of what is weighed. */
export function alongSamples(graph: Graph, samples: Value, { shape }: Value): Value {
  return reshape(graph, samples, [shape[0]!, ...shape.slice(1).map(() => 1)]);
}

/** The mean of terms, weighted by sample where there are weights. */
export function meanBySample(graph: TrainingGraph, terms: Value, samples: Value | undefined): Mean {
  if (samples === undefined) return meanOf(graph, terms);
  const weights = alongSamples(graph, samples, terms);
  const each = elementsOf(terms.shape) / elementsOf(weights.shape);
  const total = withoutTape(graph, () => multiply(graph, sumOf(graph, weights), each));
  return quotient(graph, sumOf(graph, multiply(graph, terms, weights)), total);
}

/**
 * `sum / total`. Where nothing counted, `total` is 0, and so is `sum` by now: NaN then, as 0 / 0 is, but with gradients of
 * 0. A gradient of NaN would cost the weights and not the step alone.
 */
export function quotient(graph: TrainingGraph, sum: Value, total: Value): Mean {
  const { divisor, verdict } = withoutTape(graph, () => ({
    divisor: add(graph, total, indicator(graph, 'Equal', total, 0)),
    // 0 / 0 is NaN; 1 − 1 adds nothing.
    verdict: subtract(graph, divide(graph, total, total), 1),
  }));
  return { mean: add(graph, divide(graph, sum, divisor), verdict), count: total };
}
