import { numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import { cast, divide, multiply, negate, range, reduce, reshape } from '../arithmetic/arithmetic.js';
import { isClass, isInside, poisonedUnless } from '../losses/class-indices.js';
import { logSoftmax } from '../losses/logarithms.js';
import type { TrainingGraph } from '../tape/tape.js';
import type { Lowering, SourceNode } from './lowering.js';

/**
 * `−w[t]·logarithm[t]` of each index `t` of a class along axis 1, 0 where it is `ignore_index`; their sum, or
 * their mean weighted by `w`, unless the node asks for each.
 */
function negativeLogLikelihood(
  graph: TrainingGraph,
  logarithm: Value,
  { inputs, attributes }: SourceNode,
): Value {
  const [, labels, weights] = inputs as [Value, Value, Value | undefined];
  const { shape, type } = logarithm;
  const zero = graph.scalar(0, type);
  let mine = isClass(graph, labels, logarithm, 1);
  let inside = isInside(graph, labels, shape[1]!, type);
  if (attributes.ignore_index !== undefined) {
    const value = graph.scalar(numberAt(attributes, 'ignore_index', 0), labels.type);
    const ignored = graph.add('Equal', [labels, value]);
    const counts = reshape(graph, graph.add('Not', [ignored]), [shape[0]!, 1, ...shape.slice(2)]);
    mine = graph.add('And', [mine, counts]);
    inside = graph.add('Max', [inside, cast(graph, ignored, type)]);
  }
  // One class of each is left, so a sum over the classes is a choice.
  const chosen = (value: Value) =>
    reduce(graph, 'ReduceSum', graph.add('Where', [mine, value, zero]), [1], false);
  const shares = weights && reshape(graph, weights, [1, shape[1]!, ...shape.slice(2).map(() => 1)]);
  const each = poisonedUnless(
    graph,
    inside,
    negate(graph, chosen(shares ? multiply(graph, logarithm, shares) : logarithm)),
  );
  const reduction = textAt(attributes, 'reduction', 'mean');
  if (reduction === 'none') return each;
  const all = (value: Value) => reduce(graph, 'ReduceSum', value, range(value.shape.length), false);
  if (reduction === 'sum') return all(each);
  const counted = shares ? graph.add('Where', [mine, shares, zero]) : cast(graph, mine, type);
  return divide(graph, all(each), all(counted));
}

const ofLogits: Lowering = ({ graph }, node) => {
  const logarithm = logSoftmax(graph, node.inputs[0]!, 1);
  return [negativeLogLikelihood(graph, logarithm, node), logarithm];
};

/** Rewrites of losses that a model computes itself. */
export const lossLowerings: Readonly<Record<string, Lowering>> = {
  NegativeLogLikelihoodLoss: ({ graph }, node) => [negativeLogLikelihood(graph, node.inputs[0]!, node)],
  SoftmaxCrossEntropyLoss: ofLogits,
};
