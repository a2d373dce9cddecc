import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import {
  add,
  cast,
  concat,
  expand,
  multiply,
  negate,
  range,
  reshape,
  slice,
} from '../arithmetic/arithmetic.js';
import { known } from '../arithmetic/known.js';
import type { Lowering } from './lowering.js';

/** In version 1 how many was an attribute; the places are always given, as gradients go by them. */
const topK: Lowering = ({ graph }, { inputs, attributes: { k, ...attributes } }) => {
  const count = k === undefined ? known(graph, inputs[1], 'number of elements')[0]! : Number(k);
  return graph.addMany('TopK', [inputs[0], graph.integers([count])], attributes, 2);
};

const oneHot: Lowering = ({ graph }, { inputs, attributes }) => {
  known(graph, inputs[1], 'depth');
  return [graph.add('OneHot', inputs, attributes)];
};

/** Axes of a batch become indices like others, each row's own. */
const gatherND: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, indices] = inputs as [Value, Value];
  const batch = numberAt(attributes, 'batch_dims', 0);
  if (batch === 0) return [graph.add('GatherND', inputs)];
  const shape = [...indices.shape.slice(0, -1), 1];
  const rows = range(batch).map((axis) => {
    const lined = shape.map((_each, at) => (at === axis ? shape[axis]! : 1));
    const along = reshape(graph, graph.integers(range(shape[axis]!)), lined);
    return cast(graph, expand(graph, along, shape), indices.type);
  });
  return [graph.add('GatherND', [x, concat(graph, [...rows, indices], shape.length - 1)])];
};

/** By its minors, which have a gradient everywhere, singular matrices included. */
function determinant(graph: Graph, rows: readonly (readonly Value[])[]): Value {
  const [first, ...rest] = rows;
  if (rest.length === 0) return first![0]!;
  return first!
    .map((element, column) => {
      const minor = rest.map((row) => row.toSpliced(column, 1));
      const term = multiply(graph, element, determinant(graph, minor));
      return column % 2 === 0 ? term : negate(graph, term);
    })
    .reduce((sum, term) => add(graph, sum, term));
}

/** A determinant of more rows has more terms than are worth writing out. */
const MOST_ROWS = 4;

const det: Lowering = ({ graph }, { inputs }) => {
  const x = inputs[0]!;
  const size = x.shape.at(-1) ?? 0;
  if (size < 1 || size > MOST_ROWS || x.shape.at(-2) !== size) return [graph.add('Det', [x])];
  const axes = [x.shape.length - 2, x.shape.length - 1];
  const element = (row: number, column: number) =>
    reshape(graph, slice(graph, x, axes, [row, column], [row + 1, column + 1]), x.shape.slice(0, -2));
  return [
    determinant(
      graph,
      range(size).map((row) => range(size).map((column) => element(row, column))),
    ),
  ];
};

/** Rewrites of operators that choose elements. */
export const choiceLowerings: Readonly<Record<string, Lowering>> = {
  TopK: topK,
  OneHot: oneHot,
  GatherND: gatherND,
  Det: det,
};
