import { elementsOf, quote } from '@synaprune/core/checks';
import { listAt, numberAt, textAt } from '@synaprune/onnx/graph';
import { add, expand, multiply, pad, pick, range, reshape } from '../arithmetic/arithmetic.js';
import { frontAxes, known, listable } from '../arithmetic/known.js';
import type { Lowering } from './lowering.js';

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

/** Rewrites of operators that make more, or fewer, elements of an image. */
export const paddingLowerings: Readonly<Record<string, Lowering>> = {
  Pad: padding,
};
