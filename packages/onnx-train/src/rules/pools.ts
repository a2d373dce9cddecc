import { elementsOf } from '@synaprune/core/checks';
import {
  type Graph,
  listAt,
  numberAt,
  spans,
  type Value,
  type Windows,
  windowsOf,
} from '@synaprune/onnx/graph';
import {
  concat,
  divide,
  indicator,
  multiply,
  pad,
  range,
  reshape,
  slice,
  subtract,
} from '../arithmetic/arithmetic.js';
import { listable } from '../arithmetic/known.js';
import type { GradientRule } from '../tape/gradient-rule.js';

/** Smaller than anything that a window takes instead, and unlike infinity harmless in products. */
const LOWEST = -3.4028234663852886e38;

/** Every position inside a window, the last axis fastest. */
function positionsOf(kernel: readonly number[]): readonly (readonly number[])[] {
  return kernel.reduce<readonly (readonly number[])[]>(
    (all, size) => all.flatMap((position) => range(size).map((at) => [...position, at])),
    [[]],
  );
}

/** `count` elements along an axis become every `stride`-th of `size`, from `offset` on, zeros between. */
function spread(
  graph: Graph,
  value: Value,
  axis: number,
  stride: number,
  offset: number,
  size: number,
): Value {
  const [front, back] = [value.shape.slice(0, axis), value.shape.slice(axis + 1)];
  const count = value.shape[axis]!;
  const rank = value.shape.length;
  let wide = value;
  if (stride > 1) {
    const holes = range(rank + 1).map((at) => (at === axis + 1 ? stride - 1 : 0));
    const apart = pad(
      graph,
      reshape(graph, value, [...front, count, 1, ...back]),
      holes.map(() => 0),
      holes,
    );
    wide = reshape(graph, apart, [...front, count * stride, ...back]);
  }
  const only = (amount: number) => range(rank).map((at) => (at === axis ? amount : 0));
  const room = size - offset - wide.shape[axis]!;
  // The holes behind the last element may reach over the end.
  if (room < 0) wide = slice(graph, wide, [axis], [0], [size - offset]);
  return pad(graph, wide, only(offset), only(Math.max(room, 0)));
}

/**
 * Adds, for each position inside a window, its values to where that position of each window lies, and cuts the
 * padding off. `pieces` are in the order of {@link positionsOf}, `[batch, channels, …windows]`.
 */
function scatterWindows(
  graph: Graph,
  pieces: readonly Value[],
  windows: Windows,
  spatial: readonly number[],
): Value {
  const { kernel, strides, dilations, before, after } = windows;
  let level = pieces;
  for (let dimension = kernel.length - 1; dimension >= 0; dimension--) {
    const size = kernel[dimension]!;
    const axis = dimension + 2;
    const padded = spatial[dimension]! + before[dimension]! + after[dimension]!;
    const combine = (group: readonly Value[]): Value => {
      const stride = strides[dimension]!;
      if (dilations[dimension] === 1 && stride === size && group[0]!.shape[axis]! * size <= padded) {
        const { shape } = group[0]!;
        const column = [...shape.slice(0, axis + 1), 1, ...shape.slice(axis + 1)];
        const woven = concat(
          graph,
          group.map((piece) => reshape(graph, piece, column)),
          axis + 1,
        );
        const flat = reshape(graph, woven, [
          ...shape.slice(0, axis),
          shape[axis]! * size,
          ...shape.slice(axis + 1),
        ]);
        return spread(graph, flat, axis, 1, 0, padded);
      }
      return group
        .map((piece, at) => spread(graph, piece, axis, stride, at * dilations[dimension]!, padded))
        .reduce((sum, part) => graph.add('Add', [sum, part]));
    };
    level = range(level.length / size).map((group) => combine(level.slice(group * size, (group + 1) * size)));
  }
  const axes = range(kernel.length).map((dimension) => dimension + 2);
  const ends = spatial.map((size, dimension) => before[dimension]! + size);
  return slice(graph, level[0]!, axes, before, ends);
}

const around = (counts: readonly number[]): readonly number[] => [0, 0, ...counts];

/** Made of comparisons and moves that every runtime has: the first element that equals the maximum takes all. */
const maxPool: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const [y, g] = [outputs[0]!, gradients[0]!];
  const windows = windowsOf(attributes, listAt(attributes, 'kernel_shape')!);
  const { strides, dilations, before, after } = windows;
  const padded = pad(graph, x, around(before), around(after), LOWEST);
  const axes = range(windows.kernel.length).map((dimension) => dimension + 2);
  const counts = y.shape.slice(2);
  let free: Value | undefined;
  const pieces = positionsOf(windows.kernel).map((position) => {
    const starts = position.map((at, dimension) => at * dilations[dimension]!);
    const ends = starts.map((start, dimension) => start + (counts[dimension]! - 1) * strides[dimension]! + 1);
    const equal = indicator(graph, 'Equal', slice(graph, padded, axes, starts, ends, strides), y);
    const taken = free === undefined ? equal : multiply(graph, equal, free);
    free = subtract(graph, free ?? 1, taken);
    return multiply(graph, taken, g);
  });
  return [scatterWindows(graph, pieces, windows, x.shape.slice(2))];
};

/** How many elements each window averages over, without the padding. */
function elementCounts(graph: Graph, x: Value, windows: Windows, counts: readonly number[]): Value {
  const reach = spans(windows);
  listable(graph, elementsOf(counts), 'the result of the pool');
  const along = counts.map((count, dimension) =>
    range(count).map((index) => {
      const start = index * windows.strides[dimension]! - windows.before[dimension]!;
      const end = Math.min(start + reach[dimension]!, x.shape[dimension + 2]!);
      const first =
        start < 0
          ? start + Math.ceil(-start / windows.dilations[dimension]!) * windows.dilations[dimension]!
          : start;
      return Math.max(0, Math.ceil((end - first) / windows.dilations[dimension]!));
    }),
  );
  const products = along.reduce<number[]>((all, list) => all.flatMap((a) => list.map((b) => a * b)), [1]);
  return graph.constant({ type: x.type, shape: [1, 1, ...counts] }, products);
}

const averagePool: GradientRule = (graph, { inputs, outputs, gradients, attributes }) => {
  const x = inputs[0]!;
  const windows = windowsOf(attributes, listAt(attributes, 'kernel_shape')!);
  const whole = elementsOf(windows.kernel);
  const padded = [...windows.before, ...windows.after].some((count) => count > 0);
  const share =
    padded && numberAt(attributes, 'count_include_pad', 0) === 0
      ? divide(graph, gradients[0]!, elementCounts(graph, x, windows, outputs[0]!.shape.slice(2)))
      : multiply(graph, gradients[0]!, 1 / whole);
  return [
    scatterWindows(
      graph,
      range(whole).map(() => share),
      windows,
      x.shape.slice(2),
    ),
  ];
};

/** Rules of pooling. */
export const poolRules: Readonly<Record<string, GradientRule>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
};
