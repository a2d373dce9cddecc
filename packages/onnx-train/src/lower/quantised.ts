import { elementsOf } from '@synaprune/core/checks';
import { frontAxis, type Graph, numberAt, sameShape, type Value } from '@synaprune/onnx/graph';
import { add, cast, divide, expand, range, reduce, reshape, slice } from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';
import { composite, type TrainingGraph } from '../tape/tape.js';
import type { Lowering } from './lowering.js';

/** The smallest and the largest number of an integer type; undefined for floats of few bits. */
function boundsOf(type: string): readonly [low: number, high: number] | undefined {
  const match = /^(u?)int(2|4|8|16)$/.exec(type);
  if (match === null) return undefined;
  const count = 2 ** Number(match[2]);
  return match[1] === 'u' ? [0, count - 1] : [-count / 2, count / 2 - 1];
}

/** Whether two values are the same, or known and equal. */
function equal(a: Value | undefined, b: Value | undefined): boolean {
  if (a === b) return true;
  if (a?.constant === undefined || b?.constant === undefined) return false;
  const [left, right] = [a.constant.numbers(), b.constant.numbers()];
  return a.type === b.type && sameShape(a.shape, b.shape) && left.every((x, at) => x === right[at]);
}

/** What was quantised in the same way as it now comes back. */
function quantisedFrom(
  graph: Graph,
  [q, scale, zeroPoint]: readonly (Value | undefined)[],
  axis: number,
  block: number,
): Value | undefined {
  const node = graph.nodes.findLast(({ outputs }) => outputs[0] === q);
  if (node?.op !== 'QuantizeLinear' || node.domain !== '') return undefined;
  const { inputs, attributes } = node;
  const single = elementsOf(scale!.shape) === 1;
  const along = single || frontAxis(numberAt(attributes, 'axis', 1), q!.shape.length) === axis;
  const same = equal(inputs[1], scale) && equal(inputs[2], zeroPoint);
  return along && same && numberAt(attributes, 'block_size', 0) === block ? inputs[0] : undefined;
}

/** One scale, or zero point, for each element. */
function perElement(graph: Graph, value: Value, x: Value, axis: number, block: number): Value {
  if (elementsOf(value.shape) === 1 && block === 0) return reshape(graph, value, []);
  const rank = x.shape.length;
  if (block === 0)
    return reshape(
      graph,
      value,
      range(rank).map((at) => (at === axis ? x.shape[axis]! : 1)),
    );
  const { shape } = value;
  const apart = reshape(graph, value, shape.toSpliced(axis + 1, 0, 1));
  const spread = expand(graph, apart, shape.toSpliced(axis + 1, 0, block));
  const whole = reshape(graph, spread, shape.with(axis, shape[axis]! * block));
  return slice(graph, whole, [axis], [0], [x.shape[axis]!]);
}

/**
 * What is quantised and comes back is a function in steps, which learns straight through: the gradient passes as it
 * is where the whole number lies within its type, bounds included, and is 0 where it was cut to one of them.
 */
function straightThrough(
  graph: TrainingGraph,
  x: Value,
  [q, scale, zeroPoint]: readonly (Value | undefined)[],
  bounds: readonly [low: number, high: number],
  settings: { readonly axis: number; readonly block: number },
  compute: () => readonly Value[],
): readonly Value[] {
  const rule: GradientRule = (_graph, { gradients, wanted }) => {
    if (!wanted[0]) return [];
    const { axis, block } = settings;
    const steps = graph.add('Round', [divide(graph, x, perElement(graph, scale!, x, axis, block))]);
    const zero = zeroPoint && cast(graph, zeroPoint, x.type);
    const whole = zero ? add(graph, steps, perElement(graph, zero, x, axis, block)) : steps;
    const [low, high] = bounds.map((bound) => graph.scalar(bound, x.type));
    const inside = graph.add('And', [
      graph.add('GreaterOrEqual', [whole, low]),
      graph.add('LessOrEqual', [whole, high]),
    ]);
    return [graph.add('Where', [inside, gradients[0]!, graph.scalar(0, x.type)])];
  };
  return composite(graph, `QuantizeLinear to ${q!.type}`, [x, scale], compute, rule);
}

const dequantize: Lowering = ({ graph }, { inputs, attributes }) => {
  const [q, scale] = inputs as [Value, Value];
  if (/int2$/.test(q.type)) {
    return graph.unsupported(
      `${q.type} came with version 25 of the operators, and steps are of version 24 at most`,
      'quantise to four bits or more',
    );
  }
  const compute = () => [graph.add('DequantizeLinear', inputs, attributes)];
  const block = numberAt(attributes, 'block_size', 0);
  const axis =
    q.shape.length === 0 ? 0 : frontAxis(numberAt(attributes, 'axis', 1), Math.max(q.shape.length, 2));
  const bounds = boundsOf(q.type);
  const x = bounds && quantisedFrom(graph, inputs, axis, block);
  if (bounds === undefined || x === undefined || x.type !== scale.type) return compute();
  return straightThrough(graph, x, inputs, bounds, { axis, block }, compute);
};

/** Its scale comes of the largest and the smallest, which have a gradient; its whole numbers have none. */
const quantizeByRange: Lowering = ({ graph }, { inputs }) => {
  const x = inputs[0]!;
  const [q, , zeroPoint] = graph.addMany('DynamicQuantizeLinear', [x], {}, 3);
  return [q, rangeScale(graph, x), zeroPoint];
};

/** `(max(x, 0) − min(x, 0)) / 255`. */
function rangeScale(graph: Graph, x: Value): Value {
  const flat = reshape(graph, x, [elementsOf(x.shape)]);
  const zero = graph.scalar(0, x.type);
  const extreme = (op: 'Max' | 'Min') =>
    graph.add(op, [reduce(graph, `Reduce${op}`, flat, [0], false), zero]);
  return divide(graph, graph.add('Sub', [extreme('Max'), extreme('Min')]), 255);
}

/** Rewrites of operators of numbers that whole numbers stand for. */
export const quantisedLowerings: Readonly<Record<string, Lowering>> = {
  DequantizeLinear: dequantize,
  DynamicQuantizeLinear: quantizeByRange,
};
