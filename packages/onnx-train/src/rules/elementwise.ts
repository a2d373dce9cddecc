import type { Graph, Value } from '@synaprune/onnx/graph';
import { cast, divide, multiply, negate, subtract, sumTo } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

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

/** Where an exponent is 0 the power is 1 whatever the base, also at 0, where `x⁻¹` has no value. */
function byBase(graph: Graph, x: Value, power: Value, exponent: Value): Value | number {
  const numbers = power.constant?.numbers();
  if (numbers?.length === 1 && numbers[0] === 2) return multiply(graph, x, 2);
  const slope = multiply(graph, graph.add('Pow', [x, subtract(graph, exponent, 1)]), exponent);
  if (numbers !== undefined && !numbers.includes(0)) return slope;
  const zero = graph.scalar(0, x.type);
  return graph.add('Where', [graph.add('Equal', [exponent, zero]), zero, slope]);
}

/** `y·ln x`; 0 where a base of 0 is raised to no less than 0, and NaN for negative bases, as PyTorch has it. */
function byExponent(graph: Graph, x: Value, exponent: Value, y: Value): Value {
  const slope = multiply(graph, y, graph.add('Log', [x]));
  if (x.constant?.numbers().every((base) => base > 0)) return slope;
  const zero = graph.scalar(0, x.type);
  const still = graph.add('And', [
    graph.add('Equal', [x, zero]),
    graph.add('GreaterOrEqual', [exponent, zero]),
  ]);
  return graph.add('Where', [still, zero, slope]);
}

const raise: GradientRule = (graph, { inputs, outputs, gradients, wanted }) => {
  const [x, power] = inputs as [Value, Value];
  const exponent = cast(graph, power, x.type);
  const along = (slope: Value | number, to: Value) =>
    sumTo(graph, cast(graph, multiply(graph, gradients[0]!, slope), to.type), to.shape);
  return [
    wanted[0] ? along(byBase(graph, x, power, exponent), x) : undefined,
    wanted[1] ? along(byExponent(graph, x, exponent, outputs[0]!), power) : undefined,
  ];
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

/** `a` less as many `b` as fit: how many, rounded away what the quotient lost on the way. */
const timesTaken = (graph: Graph, a: Value, b: Value, y: Value): Value =>
  graph.add('Round', [divide(graph, subtract(graph, a, y), b)]);

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
  Mod: binary(same, (graph, g, a, b, y) => negate(graph, multiply(graph, g, timesTaken(graph, a, b, y)))),
  Pow: raise,
  Max: extreme('GreaterOrEqual'),
  Min: extreme('LessOrEqual'),
  Where: where,
};
