import type { Value } from '@synaprune/onnx/graph';
import { reshape } from '../arithmetic/arithmetic.js';
import type { Lowering } from './lowering.js';

/** An operand of one axis is a row on the left, a column on the right, and the axis goes from the result. */
const matMul: Lowering = ({ graph }, { inputs }) => {
  const [a, b] = inputs as [Value, Value];
  const left = a.shape.length === 1 ? reshape(graph, a, [1, a.shape[0]!]) : a;
  const right = b.shape.length === 1 ? reshape(graph, b, [b.shape[0]!, 1]) : b;
  const product = graph.add('MatMul', [left, right]);
  const shape = product.shape.filter((_, axis) => {
    const fromEnd = product.shape.length - axis;
    return !(a.shape.length === 1 && fromEnd === 2) && !(b.shape.length === 1 && fromEnd === 1);
  });
  return [reshape(graph, product, shape)];
};

/** Rewrites of sums of products. */
export const productLowerings: Readonly<Record<string, Lowering>> = {
  MatMul: matMul,
  // Before version 7 it said whether its third operand may be broadcast.
  Gemm: ({ graph }, { inputs, attributes: { broadcast: _, ...attributes } }) => [
    graph.add('Gemm', inputs, attributes),
  ],
};
