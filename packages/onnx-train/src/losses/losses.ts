import type { Graph, Value } from '@synaprune/onnx/graph';
import { add, multiply, negate, subtract } from '../arithmetic/arithmetic.js';
import type { BinaryCrossEntropyLoss, TargetLoss } from '../options/loss-options.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';
import { crossEntropy } from './cross-entropy.js';
import { distillation } from './distillation.js';
import { logOf } from './logarithms.js';
import { type Mean, meanBySample } from './weighted-mean.js';

/** Adds a loss, a scalar. `samples` are the weights of samples, where the loss takes such. */
export function addLoss(
  graph: TrainingGraph,
  loss: TargetLoss,
  prediction: Value,
  target: Value,
  samples: Value | undefined,
): Mean {
  switch (loss.kind) {
    case 'mse': {
      const difference = subtract(graph, prediction, target);
      return meanBySample(graph, multiply(graph, difference, difference), samples);
    }
    case 'mae':
      return meanBySample(graph, graph.add('Abs', [subtract(graph, prediction, target)]), samples);
    case 'huber':
      return meanBySample(graph, huber(graph, prediction, target, loss.delta ?? 1), samples);
    case 'crossEntropy':
      return crossEntropy(graph, loss, prediction, target, samples);
    case 'binaryCrossEntropy':
      return meanBySample(graph, binaryCrossEntropy(graph, prediction, target, loss), samples);
    case 'distillation':
      return distillation(graph, loss, prediction, target, samples);
  }
}

/** With `s = min(|d|, delta)` both branches are `s·(|d| − s / 2)`. */
function huber(graph: Graph, prediction: Value, target: Value, delta: number): Value {
  const distance = graph.add('Abs', [subtract(graph, prediction, target)]);
  const short = graph.add('Min', [distance, graph.scalar(delta, distance.type)]);
  return multiply(graph, short, subtract(graph, distance, multiply(graph, short, 0.5)));
}

/** From logits `softplus(p) − p·t`, and `(1 − t)·softplus(p) + w·t·softplus(−p)` where a yes weighs `w`. */
function binaryCrossEntropy(
  graph: TrainingGraph,
  prediction: Value,
  given: Value,
  { from = 'logits', positiveWeight = 1, labelSmoothing = 0 }: BinaryCrossEntropyLoss,
): Value {
  const { target, weighed, against } = withoutTape(graph, () => {
    const target =
      labelSmoothing === 0
        ? given
        : add(graph, multiply(graph, given, 1 - labelSmoothing), labelSmoothing / 2);
    const weight =
      typeof positiveWeight === 'number'
        ? positiveWeight
        : graph.constant({ type: given.type, shape: [positiveWeight.length] }, positiveWeight);
    return { target, weighed: multiply(graph, target, weight), against: subtract(graph, 1, target) };
  });
  if (from === 'probabilities') {
    const yes = multiply(graph, logOf(graph, prediction), weighed);
    const no = multiply(graph, logOf(graph, subtract(graph, 1, prediction)), against);
    return negate(graph, add(graph, yes, no));
  }
  const softplus = graph.add('Softplus', [prediction]);
  if (positiveWeight === 1) return subtract(graph, softplus, multiply(graph, prediction, target));
  const no = multiply(graph, softplus, against);
  return add(graph, no, multiply(graph, graph.add('Softplus', [negate(graph, prediction)]), weighed));
}
