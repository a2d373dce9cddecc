import { elementsOf } from '@synaprune/core/checks';
import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, cast, divide, multiply, range, reduce, reshape, subtract } from '../arithmetic/arithmetic.js';
import { frontAxes, known } from '../arithmetic/known.js';
import type { GradientRule } from '../tape/gradient-rule.js';
import { composite, type TrainingGraph, withoutTape } from '../tape/tape.js';
import type { Lowering } from './lowering.js';

/** Mean and variance over `axes`, and how far each number lies from the mean. */
function momentsOf(graph: TrainingGraph, x: Value, axes: readonly number[]) {
  const mean = reduce(graph, 'ReduceMean', x, axes, true);
  const centered = subtract(graph, x, mean);
  return {
    mean,
    centered,
    variance: reduce(graph, 'ReduceMean', multiply(graph, centered, centered), axes, true),
  };
}

/**
 * `h = (x − mean) / √(variance + epsilon)` over `axes`, with its gradient written out:
 * `(g − mean(g) − h·mean(g·h)) / √(variance + epsilon)`.
 */
function standardize(
  graph: TrainingGraph,
  x: Value,
  axes: readonly number[],
  epsilon: number,
  { centered, variance } = withoutTape(graph, () => momentsOf(graph, x, axes)),
) {
  let inverse = x;
  const rule: GradientRule = (_graph, { outputs, gradients }) => {
    const [h, g] = [outputs[0]!, gradients[0]!];
    const shared = reduce(graph, 'ReduceMean', g, axes, true);
    const along = multiply(graph, h, reduce(graph, 'ReduceMean', multiply(graph, g, h), axes, true));
    return [multiply(graph, subtract(graph, subtract(graph, g, shared), along), inverse)];
  };
  const compute = () => {
    inverse = divide(graph, 1, graph.add('Sqrt', [add(graph, variance, epsilon)]));
    return [multiply(graph, centered, inverse)];
  };
  return composite(graph, 'normalisation', [x], compute, rule)[0]!;
}

/** One number a channel, lined up with axis 1. */
const perChannel = (graph: Graph, value: Value, rank: number): Value =>
  reshape(graph, value, [elementsOf(value.shape), ...range(rank - 2).map(() => 1)]);

const batchNormalization: Lowering = (context, { inputs, attributes }) => {
  const { graph } = context;
  const [x, scale, bias, mean, variance] = inputs as [Value, Value, Value, Value, Value];
  if (numberAt(attributes, 'spatial', 1) === 0) {
    return graph.unsupported(
      'BatchNormalization with spatial = 0 has no gradient rule',
      'export with version 9 of the operators or a newer one, which has no such setting',
    );
  }
  const rank = x.shape.length;
  const epsilon = numberAt(attributes, 'epsilon', 1e-5);
  const shift = (h: Value) =>
    add(graph, multiply(graph, h, perChannel(graph, scale, rank)), perChannel(graph, bias, rank));
  if (!context.trainsBatchNormalization) {
    const spread = graph.add('Sqrt', [add(graph, variance, epsilon)]);
    const centered = subtract(graph, x, perChannel(graph, mean, rank));
    return [shift(divide(graph, centered, perChannel(graph, spread, rank))), mean, variance];
  }
  const momentum = numberAt(attributes, 'momentum', 0.9);
  const axes = range(rank).filter((axis) => axis !== 1);
  const batch = momentsOf(graph, x, axes);
  const statistics = [
    ['mean', mean, batch.mean],
    ['variance', variance, batch.variance],
  ] as const;
  const updated = statistics.map(([kind, statistic, ofBatch]) => {
    // What the model computes, and gives on as an output, is not carried from step to step.
    const carried = statistic.constant !== undefined || !numberAt(attributes, 'training_mode', 0);
    const before = carried ? context.buffer(statistic, kind) : statistic;
    const now = multiply(graph, reshape(graph, ofBatch, statistic.shape), 1 - momentum);
    const after = add(graph, multiply(graph, before, momentum), now);
    if (carried) context.updateBuffer(statistic, after);
    return after;
  });
  return [shift(standardize(graph, x, axes, epsilon, batch)), ...updated];
};

const layerNormalization: Lowering = ({ graph }, { inputs, attributes, outputNames }) => {
  const [x, scale, bias] = inputs as [Value, Value, Value | undefined];
  const [first] = frontAxes(graph, [numberAt(attributes, 'axis', -1)], x.shape.length);
  const axes = range(x.shape.length).slice(first);
  const epsilon = numberAt(attributes, 'epsilon', 1e-5);
  const shown = outputNames[1] || outputNames[2] ? momentsOf(graph, x, axes) : undefined;
  const scaled = multiply(graph, standardize(graph, x, axes, epsilon, shown), scale);
  const y = bias ? add(graph, scaled, bias) : scaled;
  if (shown === undefined) return [y];
  return [y, shown.mean, divide(graph, 1, graph.add('Sqrt', [add(graph, shown.variance, epsilon)]))];
};

const instanceNormalization: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, scale, bias] = inputs as [Value, Value, Value];
  const rank = x.shape.length;
  const h = standardize(graph, x, range(rank).slice(2), numberAt(attributes, 'epsilon', 1e-5));
  return [add(graph, multiply(graph, h, perChannel(graph, scale, rank)), perChannel(graph, bias, rank))];
};

const groupNormalization: Lowering = ({ graph }, { inputs, attributes, opset }) => {
  const [x, scale, bias] = inputs as [Value, Value, Value];
  const groups = numberAt(attributes, 'num_groups', 1);
  const [batch, channels] = x.shape as [number, number];
  const grouped = reshape(graph, x, [batch, groups, elementsOf(x.shape) / batch / groups]);
  const h = standardize(graph, grouped, [2], numberAt(attributes, 'epsilon', 1e-5));
  // Before version 21 there was one scale a group, not one a channel.
  const perGroup = opset < 21 && scale.shape[0] === groups && groups !== channels;
  const lined = (value: Value) =>
    perGroup ? reshape(graph, value, [groups, 1]) : perChannel(graph, value, x.shape.length);
  const apply = (value: Value) => add(graph, multiply(graph, value, lined(scale)), lined(bias));
  return [perGroup ? reshape(graph, apply(h), x.shape) : apply(reshape(graph, h, x.shape))];
};

const rmsNormalization: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, scale] = inputs as [Value, Value];
  const [first] = frontAxes(graph, [numberAt(attributes, 'axis', -1)], x.shape.length);
  const square = reduce(graph, 'ReduceMean', multiply(graph, x, x), range(x.shape.length).slice(first), true);
  const root = graph.add('Sqrt', [add(graph, square, numberAt(attributes, 'epsilon', 1e-5))]);
  return [multiply(graph, divide(graph, x, root), scale)];
};

const dropout: Lowering = (context, { inputs, attributes, opset }) => {
  const { graph } = context;
  const [x, ratio] = inputs as [Value, Value | undefined];
  if (!context.trainsDropout) return [x];
  const probability =
    opset >= 12 && ratio ? known(graph, ratio, 'ratio')[0]! : numberAt(attributes, 'ratio', 0.5);
  if (probability === 0) return [x];
  if (!(probability > 0 && probability < 1)) return graph.bad(`its ratio lies in [0, 1), got ${probability}`);
  const { numbers, rate } = context.randomInput(x.shape, probability);
  const keeps = graph.add('GreaterOrEqual', [numbers, rate ?? graph.scalar(probability)]);
  const kept = graph.add('Where', [keeps, x, graph.scalar(0, x.type)]);
  const scaled =
    rate === undefined
      ? multiply(graph, kept, 1 / (1 - probability))
      : divide(graph, kept, cast(graph, subtract(graph, 1, rate), x.type));
  return [scaled, keeps];
};

/** Rewrites of normalisations and of dropout. */
export const normalizationLowerings: Readonly<Record<string, Lowering>> = {
  BatchNormalization: batchNormalization,
  LayerNormalization: layerNormalization,
  InstanceNormalization: instanceNormalization,
  GroupNormalization: groupNormalization,
  RMSNormalization: rmsNormalization,
  Dropout: dropout,
};
