import { elementsOf } from '@synaprune/core/checks';
import { frontAxis, type Graph, type Kind, showShape, type Value } from '@synaprune/onnx/graph';
import { add, multiply, negate, range, reduce, subtract } from '../arithmetic/arithmetic.js';
import type { TargetLoss } from '../options/options.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';
import { isClass, isInside, poisonedUnless } from './class-indices.js';

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

/** The softmax over one class is 1, whatever the logit: a loss of 0 that nothing learns from. */
function onlyClass(axis: number, shape: readonly number[]): RangeError {
  return new RangeError(
    `a loss of kind crossEntropy needs two classes or more on axis ${axis} of the predictions, got ` +
      `${showShape(shape)}: over one class it is 0, and nothing would learn. binaryCrossEntropy takes one logit ` +
      'for yes or no, mse a number; axis names another axis',
  );
}

/** Adds a loss, a scalar. */
export function addLoss(graph: TrainingGraph, loss: TargetLoss, prediction: Value, target: Value): Value {
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
  graph: TrainingGraph,
  prediction: Value,
  target: Value,
  loss: TargetLoss & { kind: 'crossEntropy' },
): Value {
  const { shape } = prediction;
  const axis = classAxis(loss, shape);
  if (loss.from !== 'probabilities' && shape[axis] === 1) throw onlyClass(axis, shape);
  const logarithm =
    loss.from === 'probabilities' ? logOf(graph, prediction) : logSoftmax(graph, prediction, axis);
  // Chosen and not multiplied: a class that is ruled out by a logit of −∞ would be 0 · −∞.
  const taken =
    loss.targets === 'indices'
      ? graph.add('Where', [
          isClass(graph, target, prediction, axis),
          logarithm,
          graph.scalar(0, logarithm.type),
        ])
      : multiply(graph, logarithm, target);
  const total = reduce(graph, 'ReduceSum', taken, range(shape.length), false);
  // Taken from 0, so that a loss of nothing is 0 and not −0.
  const mean = subtract(graph, 0, multiply(graph, total, shape[axis]! / elementsOf(shape)));
  return loss.targets === 'indices'
    ? poisonedUnless(graph, isInside(graph, target, shape[axis]!, mean.type), mean)
    : mean;
}

/** `x − max − log Σ exp(x − max)`, of operators that every runtime has on every device. */
export function logSoftmax(graph: TrainingGraph, x: Value, axis: number): Value {
  const largest = withoutTape(graph, () => reduce(graph, 'ReduceMax', x, [axis], true));
  const shifted = subtract(graph, x, largest);
  const sum = reduce(graph, 'ReduceSum', graph.add('Exp', [shifted]), [axis], true);
  return subtract(graph, shifted, graph.add('Log', [sum]));
}

function logOf(graph: Graph, probability: Value): Value {
  const bound = (n: number) => graph.scalar(n, probability.type);
  return graph.add('Log', [graph.add('Clip', [probability, bound(SMALLEST_PROBABILITY), bound(1)])]);
}

/** From logits `softplus(p) − p·t`. */
function binaryCrossEntropy(
  graph: TrainingGraph,
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
