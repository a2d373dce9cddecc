import { divide, multiply, negate, subtract, sumTo } from '../arithmetic.js';
import type { GradientRule } from '../gradient-rule.js';
import type { Graph } from '../graph.js';
import type { Value } from '../value.js';

/** A rule of two broadcast operands, from the gradient by each before the broadcast is summed away. */
const binary =
  (
    byA: (graph: Graph, g: Value, a: Value, b: Value, y: Value) => Value | undefined,
    byB: (graph: Graph, g: Value, a: Value, b: Value, y: Value) => Value | undefined,
  ): GradientRule =>
  (graph, { inputs, outputs, gradients, wanted }) => {
    const [a, b] = inputs as [Value, Value];
    const along = (want: boolean | undefined, by: typeof byA, to: Value) => {
      const full = want ? by(graph, gradients[0]!, a, b, outputs[0]!) : undefined;
      return full && sumTo(graph, full, to.shape);
    };
    return [along(wanted[0], byA, a), along(wanted[1], byB, b)];
  };

const raise: GradientRule = (graph, { inputs, gradients, wanted }) => {
  const [x, power] = inputs as [Value, Value];
  if (!wanted[0]) return [];
  const exponent = power.constant?.numbers();
  if (exponent?.length === 1 && exponent[0] === 2) {
    return [sumTo(graph, multiply(graph, gradients[0]!, multiply(graph, x, 2)), x.shape)];
  }
  const slope = multiply(
    graph,
    graph.add('Pow', [x, subtract(graph, power, graph.scalar(1, power.type))]),
    power,
  );
  return [sumTo(graph, multiply(graph, gradients[0]!, slope), x.shape)];
};

/** The gradient goes to the operand that was taken; a tie gives it to the first. */
const extreme = (taken: 'GreaterOrEqual' | 'LessOrEqual'): GradientRule =>
  binary(
    (graph, g, a, b) => graph.add('Where', [graph.add(taken, [a, b]), g, graph.scalar(0, g.type)]),
    (graph, g, a, b) => graph.add('Where', [graph.add(taken, [a, b]), graph.scalar(0, g.type), g]),
  );

const where: GradientRule = (graph, { inputs, gradients, wanted }) => {
  const [condition, a, b] = inputs as [Value, Value, Value];
  const g = gradients[0]!;
  const zero = graph.scalar(0, g.type);
  return [
    undefined,
    wanted[1] ? sumTo(graph, graph.add('Where', [condition, g, zero]), a.shape) : undefined,
    wanted[2] ? sumTo(graph, graph.add('Where', [condition, zero, g]), b.shape) : undefined,
  ];
};

const same = (_graph: Graph, g: Value): Value => g;

/** Rules of operators with two broadcast operands, and `Where`. */
export const elementwiseRules: Readonly<Record<string, GradientRule>> = {
  Add: binary(same, same),
  Sub: binary(same, (graph, g) => negate(graph, g)),
  Mul: binary(
    (graph, g, _a, b) => multiply(graph, g, b),
    (graph, g, a) => multiply(graph, g, a),
  ),
  Div: binary(
    (graph, g, _a, b) => divide(graph, g, b),
    (graph, g, _a, b, y) => negate(graph, divide(graph, multiply(graph, g, y), b)),
  ),
  Pow: raise,
  Max: extreme('GreaterOrEqual'),
  Min: extreme('LessOrEqual'),
  Where: where,
};
