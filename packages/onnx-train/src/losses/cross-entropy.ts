import { elementsOf } from '@synaprune/core/checks';
import type { Graph, Value } from '@synaprune/onnx/graph';
import { add, cast, multiply, reduce, reshape, subtract } from '../arithmetic/arithmetic.js';
import type { CrossEntropyLoss } from '../options/loss-options.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';
import { isClass, isInside, poisonedUnless } from './class-indices.js';
import { logOf, logSoftmax } from './logarithms.js';
import { classAxis } from './target-kind.js';
import { alongSamples, type Mean, quotient, sumOf } from './weighted-mean.js';

/** What a cross-entropy is of. */
interface Operands {
  readonly loss: CrossEntropyLoss;
  readonly prediction: Value;
  readonly target: Value;
  readonly axis: number;
  /** Whether each position counts, a bool with 1 on the axis of the classes; absent where all do. */
  readonly counts: Value | undefined;
  /** By class, with 1 on all other axes. */
  readonly classWeights: Value | undefined;
}

/** Adds a cross-entropy, a mean over everything but the axis of the classes. */
export function crossEntropy(
  graph: TrainingGraph,
  loss: CrossEntropyLoss,
  prediction: Value,
  target: Value,
  samples: Value | undefined,
): Mean {
  const { shape, type } = prediction;
  const axis = classAxis(loss, shape);
  const alongClasses = shape.map((size, other) => (other === axis ? size : 1));
  const { classWeights: given, ignoreIndex } = loss;
  const operands: Operands = {
    loss,
    prediction,
    target,
    axis,
    counts: ignoreIndex === undefined ? undefined : isCounted(graph, target, shape, axis, ignoreIndex),
    classWeights: given && graph.constant({ type, shape: alongClasses }, given),
  };
  const taken = takenTerms(graph, operands);
  const positions = elementsOf(shape) / shape[axis]!;
  const weights = withoutTape(graph, () => weightOfPositions(graph, operands, samples));
  if (weights === undefined) {
    // Taken from 0, so that a loss of nothing is 0 and not −0.
    const mean = subtract(graph, 0, multiply(graph, sumOf(graph, taken), 1 / positions));
    return { mean: checked(graph, operands, mean), count: positions };
  }
  const weighed = samples ? multiply(graph, taken, alongSamples(graph, samples, taken)) : taken;
  const each = positions / elementsOf(weights.shape);
  const total = withoutTape(graph, () => multiply(graph, sumOf(graph, weights), each));
  const { mean, count } = quotient(graph, subtract(graph, 0, sumOf(graph, weighed)), total);
  return { mean: checked(graph, operands, mean), count };
}

/** `w·t·log p` for each class at each position, nothing where it is ignored. */
function takenTerms(graph: TrainingGraph, operands: Operands): Value {
  const { loss, prediction, target, axis, counts, classWeights } = operands;
  const logarithm =
    loss.from === 'probabilities' ? logOf(graph, prediction) : logSoftmax(graph, prediction, axis);
  const nothing = graph.scalar(0, logarithm.type);
  const smoothing = loss.labelSmoothing ?? 0;
  const share = smoothing / prediction.shape[axis]!;
  const weighed = (value: Value) => (classWeights ? multiply(graph, value, classWeights) : value);
  if (loss.targets !== 'indices') {
    const smooth = withoutTape(graph, () =>
      weighed(smoothing === 0 ? target : add(graph, multiply(graph, target, 1 - smoothing), share)),
    );
    return multiply(graph, logarithm, smooth);
  }
  const isTarget = isClass(graph, target, prediction, axis);
  // Chosen and not multiplied: a class that is ruled out by a logit of −∞ would be 0 · −∞.
  if (smoothing === 0) {
    const chosen = counts ? graph.add('And', [isTarget, counts]) : isTarget;
    return weighed(graph.add('Where', [chosen, logarithm, nothing]));
  }
  const [most, least] = [1 - smoothing + share, share].map((part) => graph.scalar(part, logarithm.type));
  const parts = withoutTape(graph, () => weighed(graph.add('Where', [isTarget, most!, least!])));
  const terms = multiply(graph, logarithm, parts);
  return counts ? graph.add('Where', [counts, terms, nothing]) : terms;
}

/** What each position weighs in the mean, of a shape that its class axis is 1 in; absent where all weigh 1. */
function weightOfPositions(
  graph: Graph,
  { loss, prediction, target, axis, counts, classWeights }: Operands,
  samples: Value | undefined,
): Value | undefined {
  const parts: Value[] = [];
  if (classWeights !== undefined) {
    const weights =
      loss.targets === 'indices'
        ? graph.add('Where', [
            isClass(graph, target, prediction, axis),
            classWeights,
            graph.scalar(0, classWeights.type),
          ])
        : multiply(graph, target, classWeights);
    parts.push(reduce(graph, 'ReduceSum', weights, [axis], true));
  }
  if (counts !== undefined) parts.push(cast(graph, counts, prediction.type));
  if (samples !== undefined) parts.push(alongSamples(graph, samples, prediction));
  return parts.length === 0 ? undefined : parts.reduce((product, part) => multiply(graph, product, part));
}

function isCounted(
  graph: Graph,
  target: Value,
  shape: readonly number[],
  axis: number,
  ignoreIndex: number,
): Value {
  const wide = reshape(
    graph,
    target,
    shape.map((size, other) => (other === axis ? 1 : size)),
  );
  // As floats, which are exact for every index there is: WebGPU compares no 64-bit integers.
  const index = cast(graph, wide, 'float32');
  return graph.add('Not', [graph.add('Equal', [index, graph.scalar(ignoreIndex)])]);
}

/** NaN where an index is of no class and not the ignored one. */
function checked(
  graph: TrainingGraph,
  { loss, prediction, target, axis, counts }: Operands,
  mean: Value,
): Value {
  if (loss.targets !== 'indices') return mean;
  const inside = isInside(graph, target, prediction.shape[axis]!, mean.type);
  if (counts === undefined) return poisonedUnless(graph, inside, mean);
  const one = graph.scalar(1, mean.type);
  const counted = reshape(graph, counts, inside.shape);
  return poisonedUnless(graph, graph.add('Where', [counted, inside, one]), mean);
}
