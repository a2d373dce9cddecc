import { frontAxis, listAt, numberAt, type Value } from '@synaprune/onnx/graph';
import {
  concat,
  pad,
  range,
  reduce,
  reshape,
  slice,
  split,
  sumTo,
  transpose,
} from '../arithmetic/arithmetic.js';
import type { GradientRule } from '../tape/gradient-rule.js';

const reshapeRule: GradientRule = (graph, { inputs, gradients }) => [
  reshape(graph, gradients[0]!, inputs[0]!.shape),
];

const transposeRule: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const rank = inputs[0]!.shape.length;
  const order = listAt(attributes, 'perm') ?? range(rank).map((axis) => rank - 1 - axis);
  return [
    transpose(
      graph,
      gradients[0]!,
      range(rank).map((axis) => order.indexOf(axis)),
    ),
  ];
};

const concatRule: GradientRule = (graph, { inputs, gradients, attributes }) => {
  const parts = inputs as readonly Value[];
  const axis = frontAxis(numberAt(attributes, 'axis', 0), parts[0]!.shape.length);
  return split(
    graph,
    gradients[0]!,
    parts.map(({ shape }) => shape[axis]!),
    axis,
  );
};

const splitRule: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const axis = frontAxis(numberAt(attributes, 'axis', 0), inputs[0]!.shape.length);
  const parts = outputs.map(
    ({ shape, type }, index) =>
      gradients[index] ?? graph.add('Expand', [graph.scalar(0, type), graph.integers(shape)]),
  );
  return [concat(graph, parts, axis)];
};

/** Puts the gradient back where it was cut from: holes of a step filled with zeros, zeros around. */
const sliceRule: GradientRule = (graph, { inputs, gradients }) => {
  const shape = inputs[0]!.shape;
  const [starts, , axes, steps] = inputs.slice(1).map((input) => input!.constant!.numbers());
  let g = gradients[0]!;
  axes!.forEach((axis, index) => {
    const step = Math.abs(steps![index]!);
    const count = g.shape[axis]!;
    if (steps![index]! < 0) g = slice(graph, g, [axis], [count - 1], [-count - 1], [-1]);
    const span = (count - 1) * step + 1;
    const start = steps![index]! < 0 ? starts![index]! - span + 1 : starts![index]!;
    if (step > 1) {
      const [front, back] = [g.shape.slice(0, axis), g.shape.slice(axis + 1)];
      const holes = range(g.shape.length + 1).map((at) => (at === axis + 1 ? step - 1 : 0));
      g = pad(
        graph,
        reshape(graph, g, [...front, count, 1, ...back]),
        holes.map(() => 0),
        holes,
      );
      g = slice(graph, reshape(graph, g, [...front, count * step, ...back]), [axis], [0], [span]);
    }
    const at = (amount: number) => range(shape.length).map((other) => (other === axis ? amount : 0));
    g = pad(graph, g, at(start), at(shape[axis]! - start - span));
  });
  return [g];
};

const padRule: GradientRule = (graph, { inputs, gradients }) => {
  const pads = inputs[1]!.constant!.numbers();
  const shape = inputs[0]!.shape;
  const rank = shape.length;
  const before = pads.slice(0, rank);
  const after = pads.slice(rank);
  // A negative pad cut elements off: they get zeros.
  const cut = slice(
    graph,
    gradients[0]!,
    range(rank),
    before.map((count) => Math.max(count, 0)),
    shape.map(
      (d, axis) => Math.max(before[axis]!, 0) + d + Math.min(before[axis]!, 0) + Math.min(after[axis]!, 0),
    ),
  );
  const lost = (counts: readonly number[]) => counts.map((count) => Math.max(-count, 0));
  return [pad(graph, cut, lost(before), lost(after))];
};

const expandRule: GradientRule = (graph, { inputs, gradients }) => [
  sumTo(graph, gradients[0]!, inputs[0]!.shape),
];

const tileRule: GradientRule = (graph, { inputs, gradients }) => {
  const shape = inputs[0]!.shape;
  const repeats = inputs[1]!.constant!.numbers();
  const copies = reshape(
    graph,
    gradients[0]!,
    shape.flatMap((d, axis) => [repeats[axis]!, d]),
  );
  return [
    reduce(
      graph,
      'ReduceSum',
      copies,
      range(shape.length).map((axis) => 2 * axis),
      false,
    ),
  ];
};

const triluRule: GradientRule = (graph, { inputs, gradients, attributes }) => [
  graph.add('Trilu', [gradients[0]!, inputs[1]], attributes),
];

const cumSumRule: GradientRule = (graph, { inputs, gradients, attributes }) => [
  graph.add('CumSum', [gradients[0]!, inputs[1]], {
    ...attributes,
    reverse: 1 - numberAt(attributes, 'reverse', 0),
  }),
];

/** Rules of operators that move elements. */
export const layoutRules: Readonly<Record<string, GradientRule>> = {
  Reshape: reshapeRule,
  Transpose: transposeRule,
  Concat: concatRule,
  Split: splitRule,
  Slice: sliceRule,
  Pad: padRule,
  Expand: expandRule,
  Tile: tileRule,
  Trilu: triluRule,
  CumSum: cumSumRule,
};
