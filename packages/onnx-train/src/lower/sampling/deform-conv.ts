import { elementsOf } from '@synaprune/core/checks';
import { numberAt, type Value, windowsOf } from '@synaprune/onnx/graph';
import { add, multiply, range, reshape, slice } from '../../arithmetic/arithmetic.js';
import { listable } from '../../arithmetic/known.js';
import type { Lowering } from '../lowering.js';
import { sampleAt, tapsAlong } from './taps.js';

/** Index `at` of a row-major array of `sizes`, axis by axis. */
function unravel(at: number, sizes: readonly number[]): readonly number[] {
  let rest = at;
  const found = [...sizes].reverse().map((size) => {
    const along = rest % size;
    rest = Math.floor(rest / size);
    return along;
  });
  return found.reverse();
}

/**
 * A convolution whose windows read the image between its elements, where offsets tell: what they read, as a matrix
 * times the kernel.
 */
const deformConv: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, w, offset, bias, mask] = inputs as [Value, Value, Value, Value | undefined, Value | undefined];
  const [batch, channels, ...sizes] = x.shape as [number, number, ...number[]];
  const [filters, , ...kernel] = w.shape as [number, number, ...number[]];
  const { strides, dilations, before } = windowsOf(attributes, kernel);
  const group = numberAt(attributes, 'group', 1);
  const shared = numberAt(attributes, 'offset_group', 1);
  const results = offset.shape.slice(2);
  const [taps, places] = [elementsOf(kernel), elementsOf(results)];
  const count = listable(graph, taps * places, 'what the windows read');
  const groups = batch * shared;
  const offsets = reshape(graph, offset, [groups, taps, sizes.length, places]);
  const axes = sizes.map((size, axis) => {
    const grid = range(count).map((at) => {
      const inKernel = unravel(Math.floor(at / places), kernel)[axis]!;
      const inResult = unravel(at % places, results)[axis]!;
      return inResult * strides[axis]! - before[axis]! + inKernel * dilations[axis]!;
    });
    const along = slice(graph, offsets, [2], [axis], [axis + 1]);
    const moved = add(
      graph,
      reshape(graph, along, [groups, count]),
      graph.constant({ type: x.type, shape: [1, count] }, grid),
    );
    return tapsAlong(graph, moved, 'linear', { padding: 'zeros', size, low: 0, high: size - 1 });
  });
  const read = sampleAt(graph, reshape(graph, x, [groups, channels / shared, ...sizes]), axes);
  const kept = mask === undefined ? read : multiply(graph, read, reshape(graph, mask, [groups, 1, count]));
  const columns = reshape(graph, kept, [batch, group, (channels / group) * taps, places]);
  const rows = reshape(graph, w, [1, group, filters / group, (channels / group) * taps]);
  const y = reshape(graph, graph.add('MatMul', [rows, columns]), [batch, filters, ...results]);
  if (bias === undefined) return [y];
  return [add(graph, y, reshape(graph, bias, [filters, ...sizes.map(() => 1)]))];
};

/** The rewrite of a convolution that reads where it is told. */
export const deformLowerings: Readonly<Record<string, Lowering>> = { DeformConv: deformConv };
