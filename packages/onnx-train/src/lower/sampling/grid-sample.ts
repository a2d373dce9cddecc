import { elementsOf } from '@synaprune/core/checks';
import { numberAt, textAt, type Value } from '@synaprune/onnx/graph';
import {
  add,
  multiply,
  range,
  reshape,
  slice,
  subtract,
  transposeLast,
} from '../../arithmetic/arithmetic.js';
import { known, listable } from '../../arithmetic/known.js';
import type { Lowering } from '../lowering.js';
import { sampleAt, tapsAlong } from './taps.js';

const modes: Readonly<Record<string, string>> = {
  bilinear: 'linear',
  linear: 'linear',
  bicubic: 'cubic',
  cubic: 'cubic',
  nearest: 'nearest',
};

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
  const sampled = sampleAt(graph, x, taps);
  return [reshape(graph, sampled, [batch, channels, ...grid.shape.slice(1, -1)])];
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

/** Rewrites of operators that look at an image between its elements, at points that they are given. */
export const gridLowerings: Readonly<Record<string, Lowering>> = {
  GridSample: gridSample,
  AffineGrid: affineGrid,
};
