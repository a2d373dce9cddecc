import { elementsOf, quote } from '@synaprune/core/checks';
import { type Graph, listAt, numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import { add, expand, multiply, pad, range, reshape } from '../arithmetic/arithmetic.js';
import { frontAxes, known, listable } from '../arithmetic/known.js';
import type { Lowering, SourceNode } from './lowering.js';

/** Elements along an axis by their indices, any of them more than once. */
function pick(graph: Graph, value: Value, axis: number, indices: readonly number[]): Value {
  if (indices.length === value.shape[axis] && indices.every((from, to) => from === to)) return value;
  return graph.add('Gather', [value, graph.integers(indices)], { axis });
}

const outside: Readonly<Record<string, (index: number, size: number) => number>> = {
  edge: (index, size) => Math.min(Math.max(index, 0), size - 1),
  wrap: (index, size) => ((index % size) + size) % size,
  reflect: (index, size) => {
    if (size === 1) return 0;
    const period = 2 * (size - 1);
    const at = ((index % period) + period) % period;
    return at < size ? at : period - at;
  },
};

const padding: Lowering = ({ graph }, { inputs, attributes }) => {
  const x = inputs[0]!;
  const rank = x.shape.length;
  const listed = inputs[1]
    ? known(graph, inputs[1], 'pads')
    : (listAt(attributes, 'pads') ?? listAt(attributes, 'paddings') ?? []);
  const axes = frontAxes(graph, inputs[3] ? known(graph, inputs[3], 'axes') : range(rank), rank);
  const side = (first: number) =>
    range(rank).map((axis) => (axes.includes(axis) ? listed[first + axes.indexOf(axis)]! : 0));
  const [before, after] = [side(0), side(axes.length)];
  const mode = textAt(attributes, 'mode', 'constant');
  const source = outside[mode];
  if (source !== undefined) {
    return [
      range(rank).reduce((value, axis) => {
        const size = x.shape[axis]!;
        const padded = listable(graph, size + before[axis]! + after[axis]!, 'a padded axis');
        const indices = range(padded).map((at) => source(at - before[axis]!, size));
        return pick(graph, value, axis, indices);
      }, x),
    ];
  }
  if (mode !== 'constant') {
    return graph.bad(`its mode is constant, edge, reflect or wrap, got ${quote(mode)}`);
  }
  const fill = inputs[2];
  if (fill === undefined || fill.constant) {
    return [pad(graph, x, before, after, fill?.constant?.numbers()[0] ?? numberAt(attributes, 'value', 0))];
  }
  // A fill that is computed, or trained: 1 wherever there is padding, times it.
  listable(graph, elementsOf(x.shape), 'what is padded');
  const none = expand(graph, graph.scalar(0, x.type), x.shape);
  const border = pad(graph, none, before, after, 1);
  const zeros = pad(graph, x, before, after);
  return [add(graph, zeros, multiply(graph, border, reshape(graph, fill, [])))];
};

type Coordinate = (at: number, scale: number, size: number, resized: number) => number;

const coordinates: Readonly<Record<string, Coordinate>> = {
  asymmetric: (at, scale) => at / scale,
  half_pixel: (at, scale) => (at + 0.5) / scale - 0.5,
  pytorch_half_pixel: (at, scale, _size, resized) => (resized > 1 ? (at + 0.5) / scale - 0.5 : 0),
  align_corners: (at, _scale, size, resized) => (resized > 1 ? (at * (size - 1)) / (resized - 1) : 0),
};

const roundings: Readonly<Record<string, (x: number) => number>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** As the first version of Upsample had them. */
function firstScales(attributes: SourceNode['attributes']): readonly number[] | undefined {
  const [height, width] = ['height_scale', 'width_scale'].map((name) => numberAt(attributes, name, 0));
  return height && width ? [1, 1, height, width] : undefined;
}

/** Nearest and linear, each axis by itself: elements picked, or two of them weighted. */
const resize: Lowering = ({ graph }, { op, inputs, attributes, opset }) => {
  const x = inputs[0]!;
  const upsamples = op === 'Upsample' || opset < 11;
  const scaleInput = upsamples ? inputs[1] : inputs[2];
  const sizesInput = upsamples ? undefined : inputs[3];
  const scales =
    scaleInput && elementsOf(scaleInput.shape) > 0
      ? known(graph, scaleInput, 'scales')
      : (listAt(attributes, 'scales') ?? firstScales(attributes));
  const sizes = sizesInput ? known(graph, sizesInput, 'sizes') : undefined;
  if (
    listAt(attributes, 'axes') ||
    numberAt(attributes, 'antialias', 0) ||
    (sizes ?? scales)?.length !== x.shape.length
  ) {
    return graph.unsupported(
      `${op} with axes, or with antialias, has no gradient rule`,
      'export with sizes or scales for all axes, and without antialias',
    );
  }
  const mode = textAt(attributes, 'mode', 'nearest');
  const by = upsamples ? 'asymmetric' : textAt(attributes, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = upsamples ? 'floor' : textAt(attributes, 'nearest_mode', 'round_prefer_floor');
  const [coordinate, round] = [coordinates[by], roundings[rounding]];
  if (coordinate === undefined || round === undefined || (mode !== 'nearest' && mode !== 'linear')) {
    return graph.unsupported(
      `${op} by ${mode}, ${by}, ${rounding} has no gradient rule`,
      'export with nearest or linear interpolation',
    );
  }
  return [
    range(x.shape.length).reduce((value, axis) => {
      const size = x.shape[axis]!;
      const resized = listable(graph, sizes?.[axis] ?? Math.floor(size * scales![axis]!), 'a resized axis');
      if (resized === size) return value;
      const scale = sizes ? resized / size : scales![axis]!;
      const within = (index: number) => Math.min(Math.max(index, 0), size - 1);
      const at = range(resized).map((to) => coordinate(to, scale, size, resized));
      if (mode === 'nearest')
        return pick(
          graph,
          value,
          axis,
          at.map((from) => within(round(from))),
        );
      const weights = at.map((from) => within(from) - Math.floor(within(from)));
      const shape = range(x.shape.length).map((other) => (other === axis ? resized : 1));
      const low = pick(
        graph,
        value,
        axis,
        at.map((from) => Math.floor(within(from))),
      );
      const high = pick(
        graph,
        value,
        axis,
        at.map((from) => within(Math.floor(within(from)) + 1)),
      );
      const near = graph.constant(
        { type: x.type, shape },
        weights.map((weight) => 1 - weight),
      );
      const far = graph.constant({ type: x.type, shape }, weights);
      return add(graph, multiply(graph, low, near), multiply(graph, high, far));
    }, x),
  ];
};

/** Rewrites of operators that make more, or fewer, elements of an image. */
export const paddingLowerings: Readonly<Record<string, Lowering>> = {
  Pad: padding,
  Resize: resize,
  Upsample: resize,
};
