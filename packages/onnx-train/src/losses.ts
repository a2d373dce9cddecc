import {
  add,
  cast,
  divide,
  indicator,
  multiply,
  negate,
  range,
  reduce,
  reshape,
  subtract,
} from './arithmetic.js';
import { frontAxis } from './broadcast.js';
import { withoutTape } from './gradient-rule.js';
import type { Graph } from './graph.js';
import type { TargetLoss } from './options.js';
import { type Kind, showShape, sizeOf, type Value } from './value.js';

/** Probabilities closer to 0 or 1 than this count as this, so that their logarithms stay finite. */
const SMALLEST_PROBABILITY = 1e-7;

/** The type and shape of the targets of a loss for predictions of the given kind. */
export function targetKind(loss: TargetLoss, { type, shape }: Kind): Kind {
  if (loss.kind !== 'crossEntropy' || loss.targets !== 'indices') return { type, shape };
  const axis = classAxis(loss, shape);
  return { type: 'int64', shape: shape.filter((_, other) => other !== axis) };
}

/** What elements of the targets lie between, both included, where the loss says so. */
export function targetLimits(loss: TargetLoss, { shape }: Kind): readonly [number, number] | undefined {
  if (loss.kind === 'binaryCrossEntropy') return [0, 1];
  if (loss.kind !== 'crossEntropy' || loss.targets !== 'indices') return undefined;
  return [0, shape[classAxis(loss, shape)]! - 1];
}

/** The axis of the classes. @throws RangeError when the predictions have none such */
function classAxis({ axis = -1 }: TargetLoss & { kind: 'crossEntropy' }, shape: readonly number[]): number {
  if (axis >= -shape.length && axis < shape.length) return frontAxis(axis, shape.length);
  throw new RangeError(
    `a loss of kind crossEntropy with axis ${axis} needs predictions that have such an axis, got ${showShape(shape)}`,
  );
}

/** Adds a loss, a scalar. */
export function addLoss(graph: Graph, loss: TargetLoss, prediction: Value, target: Value): Value {
  switch (loss.kind) {
    case 'mse': {
      const difference = subtract(graph, prediction, target);
      return meanOf(graph, multiply(graph, difference, difference));
    }
    case 'mae':
      return meanOf(graph, graph.add('Abs', [subtract(graph, prediction, target)]));
    case 'huber':
      return huber(graph, prediction, target, loss.delta ?? 1);
    case 'crossEntropy':
      return crossEntropy(graph, prediction, target, loss);
    case 'binaryCrossEntropy':
      return binaryCrossEntropy(graph, prediction, target, loss.from ?? 'logits');
  }
}

/** The mean of all elements, a scalar. */
export function meanOf(graph: Graph, value: Value): Value {
  return reduce(graph, 'ReduceMean', value, range(value.shape.length), false);
}

/** With `s = min(|d|, delta)` both branches are `s·(|d| − s / 2)`. */
function huber(graph: Graph, prediction: Value, target: Value, delta: number): Value {
  const distance = graph.add('Abs', [subtract(graph, prediction, target)]);
  const short = graph.add('Min', [distance, graph.scalar(delta, distance.type)]);
  return meanOf(graph, multiply(graph, short, subtract(graph, distance, multiply(graph, short, 0.5))));
}

function crossEntropy(
  graph: Graph,
  prediction: Value,
  target: Value,
  loss: TargetLoss & { kind: 'crossEntropy' },
): Value {
  const { shape } = prediction;
  const axis = classAxis(loss, shape);
  const logarithm =
    loss.from === 'probabilities' ? logOf(graph, prediction) : logSoftmax(graph, prediction, axis);
  const oneHot = loss.targets === 'indices' ? toOneHot(graph, target, prediction, axis) : target;
  const total = reduce(graph, 'ReduceSum', multiply(graph, logarithm, oneHot), range(shape.length), false);
  // Taken from 0, so that a loss of nothing is 0 and not −0.
  const mean = subtract(graph, 0, multiply(graph, total, shape[axis]! / sizeOf(shape)));
  return loss.targets === 'indices' ? poisoned(graph, mean, target, shape[axis]!) : mean;
}

/**
 * The loss, or NaN where an index is of no class: it would be a loss of 0 otherwise. Gradients are those of the
 * other elements, so that what is lost is the step and not the weights.
 */
function poisoned(graph: Graph, loss: Value, indices: Value, classes: number): Value {
  if (sizeOf(indices.shape) === 0) return loss;
  const verdict = withoutTape(graph, () => {
    const index = cast(graph, indices, loss.type);
    const inside = multiply(
      graph,
      indicator(graph, 'GreaterOrEqual', index, 0),
      indicator(graph, 'Less', index, classes),
    );
    const all = reduce(graph, 'ReduceMin', inside, range(inside.shape.length), false);
    return subtract(graph, divide(graph, all, all), 1);
  });
  // 0 / 0 is NaN; 1 / 1 − 1 adds nothing.
  return add(graph, loss, verdict);
}

/** `x − max − log Σ exp(x − max)`, of operators that every runtime has on every device. */
export function logSoftmax(graph: Graph, x: Value, axis: number): Value {
  const largest = withoutTape(graph, () => reduce(graph, 'ReduceMax', x, [axis], true));
  const shifted = subtract(graph, x, largest);
  const sum = reduce(graph, 'ReduceSum', graph.add('Exp', [shifted]), [axis], true);
  return subtract(graph, shifted, graph.add('Log', [sum]));
}

function logOf(graph: Graph, probability: Value): Value {
  const bound = (n: number) => graph.scalar(n, probability.type);
  return graph.add('Log', [graph.add('Clip', [probability, bound(SMALLEST_PROBABILITY), bound(1)])]);
}

function toOneHot(graph: Graph, indices: Value, prediction: Value, axis: number): Value {
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
  return cast(graph, graph.add('Equal', [cast(graph, wide, type), classes]), type);
}

/** From logits `softplus(p) − p·t`. */
function binaryCrossEntropy(
  graph: Graph,
  prediction: Value,
  target: Value,
  from: 'logits' | 'probabilities',
): Value {
  if (from === 'probabilities') {
    const yes = multiply(graph, logOf(graph, prediction), target);
    const no = multiply(graph, logOf(graph, subtract(graph, 1, prediction)), subtract(graph, 1, target));
    return negate(graph, meanOf(graph, add(graph, yes, no)));
  }
  const softplus = graph.add('Softplus', [prediction]);
  return meanOf(graph, subtract(graph, softplus, multiply(graph, prediction, target)));
}
