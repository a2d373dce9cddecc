import type { Value } from '@synaprune/onnx/graph';
import { divide, multiply, reduce, subtract } from '../arithmetic/arithmetic.js';
import type { DistillationLoss } from '../options/loss-options.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';
import { logSoftmax } from './logarithms.js';
import { classAxis } from './target-kind.js';
import { type Mean, meanBySample } from './weighted-mean.js';

/** Adds `T²·Σ q·(log q − log p)`, a mean over everything but the axis of the classes. */
export function distillation(
  graph: TrainingGraph,
  loss: DistillationLoss,
  prediction: Value,
  target: Value,
  samples: Value | undefined,
): Mean {
  const { temperature = 1 } = loss;
  const axis = classAxis(loss, prediction.shape);
  const soft = (logits: Value) =>
    logSoftmax(graph, temperature === 1 ? logits : divide(graph, logits, temperature), axis);
  const { theirs, share, isPossible } = withoutTape(graph, () => {
    const theirs = soft(target);
    const share = graph.add('Exp', [theirs]);
    return { theirs, share, isPossible: graph.add('Greater', [share, graph.scalar(0, share.type)]) };
  });
  const distance = multiply(graph, share, subtract(graph, theirs, soft(prediction)));
  // What the teacher rules out costs nothing: 0·log 0 is 0 and not NaN.
  const terms = graph.add('Where', [isPossible, distance, graph.scalar(0, distance.type)]);
  const perPosition = reduce(graph, 'ReduceSum', terms, [axis], true);
  return meanBySample(graph, multiply(graph, perPosition, temperature ** 2), samples);
}
