import { elementsOf } from '@synaprune/core/checks';
import { type Graph, listAt, numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import { add, multiply, pick, range, transpose } from '../arithmetic/arithmetic.js';
import { frontAxes, known, listable } from '../arithmetic/known.js';
import type { Lowering, SourceNode } from './lowering.js';
import {
  type AxisToResize,
  coordinates,
  type Interpolation,
  roundings,
  type Taps,
  tapsOf,
} from './resize-taps.js';

/** As the first version of Upsample had them. */
function firstScales(attributes: SourceNode['attributes']): readonly number[] | undefined {
  const [height, width] = ['height_scale', 'width_scale'].map((name) => numberAt(attributes, name, 0));
  return height && width ? [1, 1, height, width] : undefined;
}

/** How each axis changes, by scales or sizes of all axes or of those that are listed. */
function axesToResize(graph: Graph, { op, inputs, attributes, opset }: SourceNode): readonly AxisToResize[] {
  const x = inputs[0]!;
  const rank = x.shape.length;
  const upsamples = op === 'Upsample' || opset < 11;
  const given = (index: number, what: string) => {
    const input = upsamples && index > 1 ? undefined : inputs[index];
    return input && elementsOf(input.shape) > 0 ? known(graph, input, what) : undefined;
  };
  const scales =
    given(upsamples ? 1 : 2, 'scales') ?? listAt(attributes, 'scales') ?? firstScales(attributes);
  const sizes = given(3, 'sizes');
  const axes = frontAxes(graph, listAt(attributes, 'axes') ?? range(rank), rank);
  const count = (sizes ?? scales)?.length;
  if (count !== axes.length) graph.bad(`${count} scales or sizes are for ${axes.length} axes`);
  const region = upsamples ? undefined : given(1, 'region');
  const policy = textAt(attributes, 'keep_aspect_ratio_policy', 'stretch');
  const ratios = sizes?.map((size, at) => size / x.shape[axes[at]!]!);
  const common =
    policy === 'stretch' || ratios === undefined
      ? undefined
      : Math[policy === 'not_larger' ? 'min' : 'max'](...ratios);
  return range(rank).map((axis) => {
    const size = x.shape[axis]!;
    const at = axes.indexOf(axis);
    if (at < 0) return { size, resized: size, scale: 1, region: [0, 1] };
    const scale = common ?? ratios?.[at] ?? scales![at]!;
    const wanted = sizes === undefined ? Math.floor(size * scale) : sizes[at]!;
    const resized = common === undefined ? wanted : Math.floor(size * common + 0.5);
    return {
      size,
      resized: listable(graph, resized, 'a resized axis'),
      scale,
      region: region ? [region[at]!, region[at + axes.length]!] : [0, 1],
    };
  });
}

function interpolationOf(graph: Graph, { op, attributes, opset }: SourceNode): Interpolation {
  const upsamples = op === 'Upsample' || opset < 11;
  const mode = textAt(attributes, 'mode', 'nearest');
  const by = upsamples ? 'asymmetric' : textAt(attributes, 'coordinate_transformation_mode', 'half_pixel');
  const rounding = upsamples ? 'floor' : textAt(attributes, 'nearest_mode', 'round_prefer_floor');
  const [coordinate, round] = [coordinates[by], roundings[rounding]];
  const known = mode === 'nearest' || mode === 'linear' || mode === 'cubic';
  if (coordinate === undefined || round === undefined || !known) {
    return graph.unsupported(
      `${op} by ${mode}, ${by}, ${rounding} has no gradient rule`,
      'export with nearest, linear or cubic interpolation',
    );
  }
  return {
    mode,
    coordinate,
    round,
    crops: by === 'tf_crop_and_resize',
    cubic: numberAt(attributes, 'cubic_coeff_a', -0.75),
    antialias: numberAt(attributes, 'antialias', 0) !== 0,
    excludesOutside: numberAt(attributes, 'exclude_outside', 0) !== 0,
  };
}

/** Sums of neighbours along one axis: a few elements picked and weighted, or a product where there are many. */
function resizeAxis(graph: Graph, value: Value, axis: number, taps: readonly Taps[]): Value {
  const { type, shape } = value;
  const most = Math.max(0, ...taps.map((list) => list.length));
  if (most === 1 && taps.every(([only]) => only![1] === 1)) {
    return pick(
      graph,
      value,
      axis,
      taps.map(([only]) => only![0]),
    );
  }
  if (most <= 4) {
    const lined = shape.map((_, other) => (other === axis ? taps.length : 1));
    return range(most)
      .map((at) => {
        const near = pick(
          graph,
          value,
          axis,
          taps.map((list) => list[at]?.[0] ?? 0),
        );
        const weights = taps.map((list) => list[at]?.[1] ?? 0);
        return multiply(graph, near, graph.constant({ type, shape: lined }, weights));
      })
      .reduce((sum, part) => add(graph, sum, part));
  }
  const size = shape[axis]!;
  const matrix = new Array<number>(listable(graph, size * taps.length, 'a resized axis')).fill(0);
  taps.forEach((list, to) => {
    for (const [index, weight] of list) matrix[index * taps.length + to]! += weight;
  });
  const rank = shape.length;
  const order = [...range(rank).filter((other) => other !== axis), axis];
  const factor = graph.constant({ type, shape: [size, taps.length] }, matrix);
  const product = graph.add('MatMul', [transpose(graph, value, order), factor]);
  return transpose(
    graph,
    product,
    range(rank).map((other) => order.indexOf(other)),
  );
}

/** Each axis by itself; where a region reaches beyond the image, one value everywhere. */
const resize: Lowering = ({ graph }, node) => {
  const x = node.inputs[0]!;
  const interpolation = interpolationOf(graph, node);
  const outside: Value[] = [];
  const resized = axesToResize(graph, node).reduce((value, axis, at) => {
    if (axis.resized === axis.size && !interpolation.crops) return value;
    if (axis.resized === axis.size && axis.region[0] === 0 && axis.region[1] === 1) return value;
    const { taps, beyond } = tapsOf(axis, interpolation);
    if (beyond.some((each) => each)) {
      const shape = x.shape.map((_, other) => (other === at ? taps.length : 1));
      outside.push(graph.constant({ type: 'bool', shape }, beyond.map(Number)));
    }
    return resizeAxis(graph, value, at, taps);
  }, x);
  const fill = graph.scalar(numberAt(node.attributes, 'extrapolation_value', 0), x.type);
  return [outside.reduce((value, mask) => graph.add('Where', [mask, fill, value]), resized)];
};

/** Rewrites of what makes images larger or smaller. */
export const resizeLowerings: Readonly<Record<string, Lowering>> = { Resize: resize, Upsample: resize };
