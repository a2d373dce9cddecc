import { elementsOf } from '@synaprune/core/checks';
import type { Value } from '@synaprune/onnx/graph';
import { add, cast, divide, expand, multiply, reshape, subtract } from '../../arithmetic/arithmetic.js';
import { type TrainingGraph, withoutTape } from '../../tape/tape.js';

/** How an image goes on beyond its edges, and where those lie. */
export interface Edges {
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
export interface Tap {
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
export function tapsAlong(
  graph: TrainingGraph,
  coordinate: Value,
  mode: string,
  edges: Edges,
): readonly Tap[] {
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

/** Every combination of one tap an axis. */
const combined = (axes: readonly (readonly Tap[])[]): readonly (readonly Tap[])[] =>
  axes.reduce<readonly (readonly Tap[])[]>(
    (all, taps) => all.flatMap((before) => taps.map((tap) => [...before, tap])),
    [[]],
  );

/** An element of an image, by its place among all of them in a row, and its weight; undefined is 1. */
interface Corner {
  readonly place: Value;
  readonly weight: Value | undefined;
}

/** The corners that points are made of: what taps along each axis make together, broadcast. */
export function cornersOf(
  graph: TrainingGraph,
  axes: readonly (readonly Tap[])[],
  sizes: readonly number[],
): readonly Corner[] {
  return combined(axes).map((taps) => ({
    place: taps.slice(1).reduce((place, { index }, axis) => {
      const size = graph.scalar(sizes[axis + 1]!, 'int64');
      return graph.add('Add', [graph.add('Mul', [place, size]), index]);
    }, taps[0]!.index),
    weight: taps.reduce<Value | undefined>(
      (product, { weight }) => (product && weight ? multiply(graph, product, weight) : (product ?? weight)),
      undefined,
    ),
  }));
}

/**
 * What images are at points between their elements, `[batch, channels, points]`.
 *
 * @param x `[batch, channels, ...sizes]`
 * @param axes taps along each of the sizes, `[batch, points]` each
 */
export function sampleAt(graph: TrainingGraph, x: Value, axes: readonly (readonly Tap[])[]): Value {
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const flat = reshape(graph, x, [batch, channels, elementsOf(sizes)]);
  const parts = cornersOf(graph, axes, sizes).map(({ place, weight }) => {
    const count = place.shape[1]!;
    const places = expand(graph, reshape(graph, place, [batch, 1, count]), [batch, channels, count]);
    const values = graph.add('GatherElements', [flat, places], { axis: 2 });
    return weight ? multiply(graph, values, reshape(graph, weight, [batch, 1, count])) : values;
  });
  return parts.reduce((total, part) => add(graph, total, part));
}
