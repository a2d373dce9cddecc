import {
  type Attributes,
  codeOf,
  type ElementType,
  float,
  type Graph,
  isFloat,
  numberAt,
  textAt,
  type Value,
} from '@synaprune/onnx/graph';
import { add, cast, divide, multiply, reshape } from '../arithmetic/arithmetic.js';
import type { Lowering, SourceNode } from './lowering.js';

/** From a function of the graph and the node's inputs. */
const from =
  (compute: (graph: Graph, x: Value, ...others: Value[]) => Value): Lowering =>
  ({ graph }, { inputs }) => [compute(graph, ...(inputs as [Value, ...Value[]]))];

/** A list of operands, two at a time. */
const chain = (op: string): Lowering =>
  from((graph, first, ...others) => others.reduce((sum, other) => graph.add(op, [sum, other]), first));

const mean: Lowering = from((graph, first, ...others) => {
  const sum = others.reduce((total, other) => add(graph, total, other), first);
  return multiply(graph, sum, 1 / (others.length + 1));
});

/** Before version 7 the second operand lined up with `axis`, not with the end. */
const binary =
  (op: string): Lowering =>
  ({ graph }, { inputs, attributes, opset }) => {
    const [a, b] = inputs as [Value, Value];
    if (opset >= 7 || attributes.axis === undefined) return [graph.add(op, [a, b])];
    const trailing = a.shape.length - numberAt(attributes, 'axis', 0) - b.shape.length;
    return [graph.add(op, [a, reshape(graph, b, [...b.shape, ...new Array<number>(trailing).fill(1)])])];
  };

const clip: Lowering = ({ graph }, { inputs, attributes, opset }) => {
  const [x, low, high] = inputs;
  if (opset >= 11) return [graph.add('Clip', [x, low, high])];
  const bound = (name: string) => {
    const value = numberAt(attributes, name, Number.NaN);
    return Number.isNaN(value) ? undefined : graph.scalar(value, x!.type);
  };
  return [graph.add('Clip', [x, bound('min'), bound('max')])];
};

/** `x·Φ(x)`, or its approximation by a tanh. */
export function geluOf(graph: Graph, x: Value, approximate = false): Value {
  const half = multiply(graph, x, 0.5);
  if (!approximate) {
    return multiply(graph, half, add(graph, graph.add('Erf', [multiply(graph, x, Math.SQRT1_2)]), 1));
  }
  const cube = multiply(graph, multiply(graph, x, x), x);
  const inner = multiply(graph, add(graph, x, multiply(graph, cube, 0.044715)), Math.sqrt(2 / Math.PI));
  return multiply(graph, half, add(graph, graph.add('Tanh', [inner]), 1));
}

const gelu: Lowering = ({ graph }, { inputs, attributes }) => [
  geluOf(graph, inputs[0]!, textAt(attributes, 'approximate', 'none') === 'tanh'),
];

const celu: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const alpha = numberAt(attributes, 'alpha', 1);
  return [multiply(graph, graph.add('Elu', [divide(graph, x, alpha)], { alpha: float(1) }), alpha)];
};

const thresholdedRelu: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const above = graph.add('Greater', [x, graph.scalar(numberAt(attributes, 'alpha', 1), x.type)]);
  return [graph.add('Where', [above, x, graph.scalar(0, x.type)])];
};

/** Before version 7 slopes lined up with the channels, not with the end. */
const prelu: Lowering = ({ graph }, { inputs, opset }) => {
  const [x, slope] = inputs as [Value, Value];
  const perChannel = opset < 7 && slope.shape.length === 1 && x.shape.length > 2;
  const aligned = perChannel
    ? reshape(graph, slope, [...slope.shape, ...x.shape.slice(2).map(() => 1)])
    : slope;
  return [graph.add('PRelu', [x, aligned])];
};

/** What casts to floats of 8 bits may say; to all others it means nothing. */
const saturation = (attributes: SourceNode['attributes']): Attributes =>
  numberAt(attributes, 'saturate', 1) === 0 ? { saturate: 0 } : {};

/** Rewrites of operators that work on each element by itself. */
export const elementwiseLowerings: Readonly<Record<string, Lowering>> = {
  Identity: (_context, { inputs }) => [inputs[0]],
  Cast: ({ graph }, { inputs, attributes }) => {
    // Before version 6 the type went by its name.
    const name = textAt(attributes, 'to', '').toLowerCase();
    const named = { float: 'float32', double: 'float64' }[name] ?? name;
    const to = name === '' ? numberAt(attributes, 'to', 0) : (codeOf(named as ElementType) ?? 0);
    // What a widened model casts to the type that it has.
    if (to === codeOf(inputs[0]!.type)) return [inputs[0]];
    return [graph.add('Cast', [inputs[0]], { to, ...saturation(attributes) })];
  },
  CastLike: ({ graph }, { inputs, attributes }) => [
    graph.add('Cast', [inputs[0]], { to: codeOf(inputs[1]!.type), ...saturation(attributes) }),
  ],
  Add: binary('Add'),
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  Div: binary('Div'),
  Pow: (context, node) => {
    const [x, exponent] = node.inputs as [Value, Value];
    // Runtimes raise floats to floats and to signed integers.
    const raises = !/^(u?int(8|16)|uint(32|64))$/.test(exponent.type) || !isFloat(x.type);
    const inputs = raises ? node.inputs : [x, cast(context.graph, exponent, x.type)];
    return binary('Pow')(context, { ...node, inputs });
  },
  Equal: binary('Equal'),
  Greater: binary('Greater'),
  Less: binary('Less'),
  And: binary('And'),
  Or: binary('Or'),
  Xor: binary('Xor'),
  Sum: chain('Add'),
  Max: chain('Max'),
  Min: chain('Min'),
  Mean: mean,
  Clip: clip,
  Gelu: gelu,
  Celu: celu,
  ThresholdedRelu: thresholdedRelu,
  PRelu: prelu,
  HardSwish: from((graph, x) =>
    multiply(graph, x, graph.add('HardSigmoid', [x], { alpha: float(1 / 6), beta: float(0.5) })),
  ),
  Mish: from((graph, x) => multiply(graph, x, graph.add('Tanh', [graph.add('Softplus', [x])]))),
  Swish: ({ graph }, { inputs, attributes }) => {
    const scaled = multiply(graph, inputs[0]!, numberAt(attributes, 'alpha', 1));
    return [multiply(graph, inputs[0]!, graph.add('Sigmoid', [scaled]))];
  },
  Tan: from((graph, x) => divide(graph, graph.add('Sin', [x]), graph.add('Cos', [x]))),
};
