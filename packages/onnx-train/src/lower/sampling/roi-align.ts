import { numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import {
  add,
  cast,
  multiply,
  range,
  reduce,
  reshape,
  slice,
  subtract,
  transpose,
} from '../../arithmetic/arithmetic.js';
import { type TrainingGraph, withoutTape } from '../../tape/tape.js';
import type { Lowering } from '../lowering.js';
import { cornersOf, type Tap, tapsAlong } from './taps.js';

/** Along one axis of the image: where boxes begin and how long they are, `[boxes, 1]`. */
interface Side {
  readonly start: Value;
  readonly length: Value;
  readonly size: number;
  /** How many parts a box is cut into. */
  readonly parts: number;
}

/** How many samples a part of each box has; undefined where that is computed when the step runs. */
function samplesOf({ length, parts }: Side, given: number): readonly number[] | undefined {
  if (given > 0) return range(length.shape[0]!).map(() => given);
  return length.constant?.numbers().map((each) => Math.max(0, Math.ceil(Math.fround(each / parts))));
}

/**
 * The elements that samples of a side are made of, `[boxes, parts·most]`, most samples of a part of any box. In a mean a
 * sample that a box does not have weighs nothing; for the largest it is its last one again. One that lies more than an
 * element outside weighs nothing.
 */
function tapsOf(
  graph: TrainingGraph,
  side: Side,
  samples: readonly number[],
  most: number,
  mean: boolean,
): readonly Tap[] {
  const { start, length, size, parts } = side;
  const shape = [samples.length, parts * most];
  const lined = (at: (part: number, sample: number, samples: number) => number) =>
    graph.constant(
      { type: start.type, shape },
      samples.flatMap((count) => range(parts * most).map((i) => at(Math.floor(i / most), i % most, count))),
    );
  const along = lined((part, sample, count) => {
    const own = mean ? sample : Math.max(0, Math.min(sample, count - 1));
    return (part + (own + 0.5) / Math.max(count, 1)) / parts;
  });
  const coordinate = add(graph, start, multiply(graph, length, along));
  const weighs = withoutTape(graph, () => {
    const inside = graph.add('And', [
      graph.add('GreaterOrEqual', [coordinate, graph.scalar(-1, coordinate.type)]),
      graph.add('LessOrEqual', [coordinate, graph.scalar(size, coordinate.type)]),
    ]);
    const share = lined((_part, sample, count) => {
      if (!mean) return Math.min(count, 1);
      return sample < count ? 1 / count : 0;
    });
    return multiply(graph, cast(graph, inside, coordinate.type), share);
  });
  const edges = { padding: 'border', size, low: 0, high: size - 1 };
  return tapsAlong(graph, coordinate, 'linear', edges).map(({ index, weight }) => ({
    index,
    weight: weight === undefined ? weighs : multiply(graph, weight, weighs),
  }));
}

/** Taps of one side, lined up against those of the other. */
function turned(graph: TrainingGraph, taps: readonly Tap[], shape: readonly number[]): readonly Tap[] {
  return taps.map(({ index, weight }) => ({
    index: reshape(graph, index, shape),
    weight: weight && reshape(graph, weight, shape),
  }));
}

/**
 * Boxes cut out of images, each in parts, and each part the mean of samples between the elements; or the largest of what
 * the four elements around each sample add to it, as both ONNX's own reference and onnxruntime have it.
 */
const regionAlign: Lowering = ({ graph }, { inputs, attributes, opset }) => {
  const [x, boxes, batches] = inputs as [Value, Value, Value];
  // Before version 16 boxes lay half an element further, which is a setting since.
  const between = opset < 16 ? 'output_half_pixel' : 'half_pixel';
  const mode = textAt(attributes, 'coordinate_transformation_mode', between);
  const asItIs = () => [
    graph.add('RoiAlign', inputs, { ...attributes, coordinate_transformation_mode: mode }),
  ];
  const mean = textAt(attributes, 'mode', 'avg') === 'avg';
  if (x.shape.length !== 4) return asItIs();
  const [, channels, height, width] = x.shape as [number, number, number, number];
  const count = boxes.shape[0]!;
  const half = mode === 'half_pixel';
  const scale = numberAt(attributes, 'spatial_scale', 1);
  const corner = (at: number) => {
    const scaled = multiply(graph, slice(graph, boxes, [1], [at], [at + 1]), scale);
    return half ? subtract(graph, scaled, 0.5) : scaled;
  };
  const side = (at: number, size: number, name: string): Side => {
    const [start, end] = [corner(at), corner(at + 2)];
    const length = subtract(graph, end, start);
    return {
      start,
      length: half ? length : graph.add('Max', [length, graph.scalar(1, length.type)]),
      size,
      parts: numberAt(attributes, name, 1),
    };
  };
  const sides = [side(1, height, 'output_height'), side(0, width, 'output_width')] as const;
  const given = numberAt(attributes, 'sampling_ratio', 0);
  const [down, across] = sides.map((each) => samplesOf(each, given));
  if (down === undefined || across === undefined) return asItIs();
  const [rows, columns] = [Math.max(1, ...down), Math.max(1, ...across)];
  const [high, wide] = [sides[0].parts, sides[1].parts];
  const taps = [
    turned(graph, tapsOf(graph, sides[0], down, rows, mean), [count, high * rows, 1]),
    turned(graph, tapsOf(graph, sides[1], across, columns, mean), [count, 1, wide * columns]),
  ];
  const first = graph.add('Mul', [
    reshape(graph, cast(graph, batches, 'int64'), [count, 1, 1]),
    graph.scalar(height * width, 'int64'),
  ]);
  const elements = reshape(graph, transpose(graph, x, [0, 2, 3, 1]), [
    x.shape[0]! * height * width,
    channels,
  ]);
  const samples = cornersOf(graph, taps, [height, width])
    .map(({ place, weight }) => {
      const values = graph.add('Gather', [elements, graph.add('Add', [place, first])], { axis: 0 });
      return multiply(graph, values, reshape(graph, weight!, [...weight!.shape, 1]));
    })
    .reduce((total, part) => graph.add(mean ? 'Add' : 'Max', [total, part]));
  const apart = reshape(graph, samples, [count, high, rows, wide, columns, channels]);
  return [
    transpose(graph, reduce(graph, mean ? 'ReduceSum' : 'ReduceMax', apart, [2, 4], false), [0, 3, 1, 2]),
  ];
};

/** The rewrite of an operator that cuts boxes out of images. */
export const regionLowerings: Readonly<Record<string, Lowering>> = { RoiAlign: regionAlign };
