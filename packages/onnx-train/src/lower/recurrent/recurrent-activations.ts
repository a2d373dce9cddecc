import { float, type Graph, listAt, numberAt, textsAt, type Value } from '@synaprune/onnx/graph';
import { range } from '../../arithmetic/arithmetic.js';
import type { SourceNode } from '../lowering.js';

/** A nonlinearity, its settings in it. */
export type Activation = (value: Value) => Value;

/** By name: alpha and beta unless told; 0 where there is none. */
const defaults: Readonly<Record<string, readonly [alpha: number, beta: number] | undefined>> = {
  Sigmoid: [0, 0],
  Tanh: [0, 0],
  Relu: [0, 0],
  Softsign: [0, 0],
  Softplus: [0, 0],
  HardSigmoid: [0.2, 0.5],
  LeakyRelu: [0.01, 0],
  Elu: [1, 0],
};

/** The activations of each direction, in the order of the operator's gates, behind the clip of what they read. */
export function activationsOf(
  graph: Graph,
  { op, attributes }: SourceNode,
  usual: readonly string[],
  directions: number,
): Activation[][] {
  const names = textsAt(attributes, 'activations') ?? range(directions).flatMap(() => usual);
  const alphas = [...(listAt(attributes, 'activation_alpha') ?? [])];
  const betas = [...(listAt(attributes, 'activation_beta') ?? [])];
  const clip = numberAt(attributes, 'clip', 0);
  const clipped = (value: Value, at: number) =>
    clip > 0 && at % usual.length < 2
      ? graph.add('Clip', [value, graph.scalar(-clip, value.type), graph.scalar(clip, value.type)])
      : value;
  const all = names.map((name, at): Activation => {
    const own =
      defaults[name] ??
      graph.unsupported(
        `the activation ${name} has no gradient rule`,
        `use one of ${Object.keys(defaults).join(', ')}, or give ${op} a rule of your own (rules)`,
      );
    const alpha = own[0] === 0 ? undefined : (alphas.shift() ?? own[0]);
    const beta = own[1] === 0 ? undefined : (betas.shift() ?? own[1]);
    const settings = {
      ...(alpha === undefined ? {} : { alpha: float(alpha) }),
      ...(beta === undefined ? {} : { beta: float(beta) }),
    };
    return (value) => graph.add(name, [clipped(value, at)], settings);
  });
  return range(directions).map((index) => all.slice(index * usual.length, (index + 1) * usual.length));
}
