import { elementsOf } from '@synaprune/core/checks';
import { numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import {
  add,
  cast,
  divide,
  expand,
  multiply,
  range,
  reshape,
  slice,
  subtract,
  transposeLast,
} from '../arithmetic/arithmetic.js';
import { known, listable } from '../arithmetic/known.js';
import { type TrainingGraph, withoutTape } from '../tape/tape.js';
import type { Lowering } from './lowering.js';

/** How an image goes on beyond its edges, and where those lie. */
interface Edges {
  readonly padding: string;
  readonly size: number;
  readonly low: number;
  readonly high: number;
}

/** Mirrored at the edges, as often as it takes. */
function reflected(graph: TrainingGraph, at: Value, { low, high }: Edges): Value {
  const width = high - low;
  if (width === 0) return multiply(graph, at, 0);
  const way = graph.add('Abs', [subtract(graph, at, low)]);
  const [times, odd] = withoutTape(graph, () => {
    const count = graph.add('Floor', [divide(graph, way, width)]);
    const half = multiply(graph, graph.add('Floor', [multiply(graph, count, 0.5)]), 2);
    return [count, graph.add('Greater', [count, half])];
  }) as [Value, Value];
  const rest = subtract(graph, way, multiply(graph, times, width));
  return graph.add('Where', [odd, subtract(graph, high, rest), add(graph, rest, low)]);
}

const clamped = (graph: TrainingGraph, at: Value, low: number, high: number): Value =>
  graph.add('Clip', [at, graph.scalar(low, at.type), graph.scalar(high, at.type)]);

function padded(graph: TrainingGraph, at: Value, edges: Edges): Value {
  if (edges.padding === 'border') return clamped(graph, at, 0, edges.size - 1);
  return edges.padding === 'reflection' ? reflected(graph, at, edges) : at;
}

/** An element that a sample is made of: its index along an axis, its weight, and 0 where there is none. */
interface Tap {
  readonly index: Value;
  readonly weight: Value | undefined;
}

/** Keys' cubic convolution with −0.75, of the distances from the four neighbours. */
function cubicWeights(graph: TrainingGraph, part: Value): readonly Value[] {
  const a = -0.75;
  const near = (x: Value) => {
    const slope = subtract(graph, multiply(graph, x, a + 2), a + 3);
    return add(graph, multiply(graph, multiply(graph, slope, x), x), 1);
  };
  const far = (x: Value) => {
    const inner = add(graph, multiply(graph, subtract(graph, multiply(graph, x, a), 5 * a), x), 8 * a);
    return subtract(graph, multiply(graph, inner, x), 4 * a);
  };
  const rest = subtract(graph, 1, part);
  return [far(add(graph, part, 1)), near(part), near(rest), far(add(graph, rest, 1))];
}

/** What a coordinate along one axis is made of. Indices are no function of it that has a gradient. */
function tapsAlong(graph: TrainingGraph, coordinate: Value, mode: string, edges: Edges): readonly Tap[] {
  const { size, padding } = edges;
  const index = (at: Value) =>
    withoutTape(graph, () => {
      const inside = padding === 'reflection' ? reflected(graph, at, edges) : at;
      return cast(graph, clamped(graph, inside, 0, size - 1), 'int64');
    });
  const presence = (at: Value) =>
    withoutTape(graph, () => {
      const inside = graph.add('And', [
        graph.add('GreaterOrEqual', [at, graph.scalar(0, at.type)]),
        graph.add('LessOrEqual', [at, graph.scalar(size - 1, at.type)]),
      ]);
      return cast(graph, inside, at.type);
    });
  const tap = (at: Value, weight: Value | undefined): Tap => {
    if (padding !== 'zeros') return { index: index(at), weight };
    const there = presence(at);
    return { index: index(at), weight: weight === undefined ? there : multiply(graph, weight, there) };
  };
  // What is no number lies outside.
  const sure = (at: Value) => graph.add('Where', [graph.add('IsNaN', [at]), graph.scalar(-1, at.type), at]);
  if (mode === 'nearest') {
    return [
      tap(
        withoutTape(graph, () => padded(graph, sure(graph.add('Round', [coordinate])), edges)),
        undefined,
      ),
    ];
  }
  // Cubes go on beyond a border, which is in the elements they are made of.
  const at = mode === 'cubic' && padding === 'border' ? coordinate : padded(graph, coordinate, edges);
  const low = withoutTape(graph, () => sure(graph.add('Floor', [at])));
  const part = subtract(graph, at, low);
  const weights = mode === 'cubic' ? cubicWeights(graph, part) : [subtract(graph, 1, part), part];
  const first = mode === 'cubic' ? -1 : 0;
  return weights.map((weight, offset) =>
    tap(
      withoutTape(graph, () => add(graph, low, first + offset)),
      weight,
    ),
  );
}

const modes: Readonly<Record<string, string>> = {
  bilinear: 'linear',
  linear: 'linear',
  bicubic: 'cubic',
  cubic: 'cubic',
  nearest: 'nearest',
};

/** Every combination of one tap an axis. */
const combined = (axes: readonly (readonly Tap[])[]): readonly (readonly Tap[])[] =>
  axes.reduce<readonly (readonly Tap[])[]>(
    (all, taps) => all.flatMap((before) => taps.map((tap) => [...before, tap])),
    [[]],
  );

const gridSample: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, grid] = inputs as [Value, Value];
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const mode = modes[textAt(attributes, 'mode', 'linear')];
  const padding = textAt(attributes, 'padding_mode', 'zeros');
  if (mode === undefined || !['zeros', 'border', 'reflection'].includes(padding)) {
    return graph.bad(`its mode or padding is none that it has: ${mode}, ${padding}`);
  }
  const aligned = numberAt(attributes, 'align_corners', 0) !== 0;
  const count = elementsOf(grid.shape.slice(1, -1));
  const points = reshape(graph, grid, [batch, count, sizes.length]);
  const taps = sizes.map((size, axis) => {
    // The last number of a point is for the first axis.
    const at = sizes.length - 1 - axis;
    const along = reshape(graph, slice(graph, points, [2], [at], [at + 1]), [batch, count]);
    const moved = add(graph, along, 1);
    const coordinate = aligned
      ? multiply(graph, moved, (size - 1) / 2)
      : multiply(graph, subtract(graph, multiply(graph, moved, size), 1), 0.5);
    const edges = aligned ? { low: 0, high: size - 1 } : { low: -0.5, high: size - 0.5 };
    return tapsAlong(graph, coordinate, mode, { padding, size, ...edges });
  });
  const flat = reshape(graph, x, [batch, channels, elementsOf(sizes)]);
  const parts = combined(taps).map((corner) => {
    const place = corner.reduce<Value | undefined>((sum, { index }, axis) => {
      if (sum === undefined) return index;
      const size = graph.scalar(sizes[axis]!, 'int64');
      return graph.add('Add', [graph.add('Mul', [sum, size]), index]);
    }, undefined)!;
    const places = expand(graph, reshape(graph, place, [batch, 1, count]), [batch, channels, count]);
    const values = graph.add('GatherElements', [flat, places], { axis: 2 });
    const weight = corner.reduce<Value | undefined>(
      (product, tap) =>
        product && tap.weight ? multiply(graph, product, tap.weight) : (product ?? tap.weight),
      undefined,
    );
    return weight ? multiply(graph, values, reshape(graph, weight, [batch, 1, count])) : values;
  });
  const sum = parts.reduce((total, part) => add(graph, total, part));
  return [reshape(graph, sum, [batch, channels, ...grid.shape.slice(1, -1)])];
};

/** The middle of each element, or from corner to corner, −1 to 1. */
function steps(size: number, aligned: boolean): readonly number[] {
  return range(size).map((at) => (aligned ? (2 * at) / (size - 1) - 1 : (2 * at + 1) / size - 1));
}

const affineGrid: Lowering = ({ graph }, { inputs, attributes }) => {
  const [theta, sizeInput] = inputs as [Value, Value];
  const [batch, , ...sizes] = known(graph, sizeInput, 'sizes') as [number, number, ...number[]];
  const aligned = numberAt(attributes, 'align_corners', 0) !== 0;
  if (aligned && sizes.includes(1)) {
    return graph.unsupported(
      'AffineGrid from corner to corner of one element has no step',
      'export with align_corners=False',
    );
  }
  const count = listable(graph, elementsOf(sizes), 'the grid');
  const along = sizes.map((size) => steps(size, aligned));
  const points = range(count).flatMap((index) => {
    let rest = index;
    // The first number of a point is for the last axis.
    const point = [...along].reverse().map((list) => {
      const at = rest % list.length;
      rest = Math.floor(rest / list.length);
      return list[at]!;
    });
    return [...point, 1];
  });
  const base = graph.constant({ type: theta.type, shape: [count, sizes.length + 1] }, points);
  const grid = graph.add('MatMul', [base, transposeLast(graph, theta)]);
  return [reshape(graph, grid, [batch, ...sizes, sizes.length])];
};

/** Rewrites of operators that look at an image between its elements. */
export const samplingLowerings: Readonly<Record<string, Lowering>> = {
  GridSample: gridSample,
  AffineGrid: affineGrid,
};
