import { elementsOf } from '@synaprune/core/checks';
import {
  dimensionsOf,
  float,
  type Graph,
  numberAt,
  parseEquation,
  showEquation,
  textAt,
  type Value,
} from '@synaprune/onnx/graph';
import { expand, multiply, reshape, sumTo, transposeLast } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

/** All axes but the last as one. */
function asRows(graph: Graph, value: Value): Value {
  const columns = value.shape.at(-1)!;
  return reshape(graph, value, [elementsOf(value.shape.slice(0, -1)), columns]);
}

const matMul: GradientRule = (graph, { inputs, gradients, wanted, addProduct }) => {
  const [a, b] = inputs as [Value, Value];
  const g = gradients[0]!;
  // A matrix on the right, the usual weight: Gemm reads it turned, so nothing is transposed in memory.
  if (b.shape.length === 2) {
    const rows = asRows(graph, g);
    const byA = () => reshape(graph, graph.add('Gemm', [rows, b], { transB: 1 }), a.shape);
    if (wanted[1]) addProduct(1, asRows(graph, a), rows);
    return [wanted[0] ? byA() : undefined];
  }
  const byA = () => sumTo(graph, graph.add('MatMul', [g, transposeLast(graph, b)]), a.shape);
  const byB = () => sumTo(graph, graph.add('MatMul', [transposeLast(graph, a), g]), b.shape);
  return [wanted[0] ? byA() : undefined, wanted[1] ? byB() : undefined];
};

const gemm: GradientRule = (graph, { inputs, gradients, attributes, wanted, addProduct }) => {
  const [a, b, c] = inputs as [Value, Value, Value | undefined];
  const g = gradients[0]!;
  const transA = numberAt(attributes, 'transA', 0);
  const transB = numberAt(attributes, 'transB', 0);
  const alpha = float(numberAt(attributes, 'alpha', 1));
  const product = (left: Value, right: Value, turnLeft: number, turnRight: number) =>
    graph.add('Gemm', [left, right], { alpha, transA: turnLeft, transB: turnRight });
  const byA = () => (transA ? product(b, g, transB, 1) : product(g, b, 0, 1 - transB));
  const byB = () => (transB ? product(g, a, 1, transA) : product(a, g, 1 - transA, 0));
  const plain = transA === 0 && numberAt(attributes, 'alpha', 1) === 1;
  if (plain && wanted[1]) addProduct(1, transB ? g : a, transB ? a : g);
  return [
    wanted[0] ? byA() : undefined,
    wanted[1] && !plain ? byB() : undefined,
    wanted[2] ? sumTo(graph, multiply(graph, g, numberAt(attributes, 'beta', 1)), c!.shape) : undefined,
  ];
};

/**
 * The gradient by one operand is the einsum of the output's gradient with the other operands, with the labels
 * that only this operand has put in as copies.
 */
const einsum: GradientRule = (graph, { inputs, gradients, attributes, wanted }) => {
  const operands = inputs as readonly Value[];
  const shapes = operands.map(({ shape }) => shape);
  const equation = parseEquation(
    textAt(attributes, 'equation', ''),
    shapes.map(({ length }) => length),
  );
  const sizes = dimensionsOf(equation, shapes);
  return operands.map((operand, index) => {
    if (!wanted[index]) return undefined;
    const term = equation.terms[index]!;
    const terms = [equation.output, ...equation.terms.toSpliced(index, 1)];
    const factors = [gradients[0]!, ...operands.toSpliced(index, 1)];
    const found = term.filter((label) => terms.some((other) => other.includes(label)));
    const product = graph.add('Einsum', factors, { equation: showEquation({ terms, output: found }) });
    const full = reshape(
      graph,
      product,
      // A size of 1 beside a larger one is all that the others may have of it.
      term.map((label) => (found.includes(label) ? product.shape[found.indexOf(label)]! : 1)),
    );
    return sumTo(
      graph,
      expand(
        graph,
        full,
        term.map((label) => sizes.get(label)!),
      ),
      operand.shape,
    );
  });
};

/** Rules of sums of products. */
export const productRules: Readonly<Record<string, GradientRule>> = {
  MatMul: matMul,
  Gemm: gemm,
  Einsum: einsum,
};
