import { elementsOf } from '@synaprune/core/checks';
import { frontAxis, type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { expand, multiply, pad, range, reduce, reshape } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

/** Sums over all that one scale is of: everything, all axes but one, or a block of elements along one. */
function sumToScale(graph: Graph, value: Value, scale: Value, axis: number, block: number): Value {
  const rank = value.shape.length;
  if (elementsOf(scale.shape) === 1 && block === 0) {
    return reshape(graph, reduce(graph, 'ReduceSum', value, range(rank), false), scale.shape);
  }
  const front = frontAxis(axis, rank);
  if (block === 0) {
    const others = range(rank).filter((other) => other !== front);
    return reshape(graph, reduce(graph, 'ReduceSum', value, others, false), scale.shape);
  }
  const blocks = scale.shape[front]!;
  const missing = range(rank).map((at) => (at === front ? blocks * block - value.shape[front]! : 0));
  const whole = pad(
    graph,
    value,
    missing.map(() => 0),
    missing,
  );
  const cut = reshape(graph, whole, whole.shape.toSpliced(front, 1, blocks, block));
  return reduce(graph, 'ReduceSum', cut, [front + 1], false);
}

/** `y = (q − zero)·scale` is linear in its scale: `q − zero` is what a scale of 1 would give. */
const dequantize: GradientRule = (graph, { inputs, gradients, attributes, wanted }) => {
  if (!wanted[1]) return [];
  const [q, scale, zeroPoint] = inputs as [Value, Value, Value | undefined];
  const ones = expand(graph, graph.scalar(1, scale.type), scale.shape);
  const steps = graph.add('DequantizeLinear', [q, ones, zeroPoint], attributes);
  const block = numberAt(attributes, 'block_size', 0);
  const product = multiply(graph, gradients[0]!, steps);
  return [undefined, sumToScale(graph, product, scale, numberAt(attributes, 'axis', 1), block)];
};

/** Rules of numbers that whole numbers stand for. */
export const quantisedRules: Readonly<Record<string, GradientRule>> = { DequantizeLinear: dequantize };
