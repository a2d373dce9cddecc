import { type Graph, parseEquation, showEquation, textAt, type Value } from '@synaprune/onnx/graph';
import { range, reshape, slice, transpose } from '../arithmetic/arithmetic.js';
import type { Lowering } from './lowering.js';

/** An operand and the labels of its axes. */
interface Operand {
  readonly value: Value;
  readonly term: readonly string[];
}

/** Axes of one label are taken along their diagonal, so that each has one of its own. */
function alongDiagonals(graph: Graph, { value, term }: Operand): Operand {
  const second = term.findIndex((label, axis) => term.indexOf(label) < axis);
  if (second < 0) return { value, term };
  const first = term.indexOf(term[second]!);
  const size = value.shape[first]!;
  if (value.shape[second] !== size)
    return graph.bad(`axis ${term[first]} is ${size} and ${value.shape[second]} in one operand`);
  const others = range(term.length).filter((axis) => axis !== first && axis !== second);
  const kept = others.map((axis) => value.shape[axis]!);
  const square = reshape(graph, transpose(graph, value, [...others, first, second]), [...kept, size * size]);
  return alongDiagonals(graph, {
    value: slice(graph, square, [kept.length], [0], [size * size], [size + 1]),
    term: [...others.map((axis) => term[axis]!), term[first]!],
  });
}

const einsum: Lowering = ({ graph }, { inputs, attributes }) => {
  const values = inputs as readonly Value[];
  const ranks = values.map(({ shape }) => shape.length);
  try {
    const { terms, output } = parseEquation(textAt(attributes, 'equation', ''), ranks);
    const operands = values.map((value, index) => alongDiagonals(graph, { value, term: terms[index]! }));
    const equation = showEquation({ terms: operands.map(({ term }) => term), output });
    return [
      graph.add(
        'Einsum',
        operands.map(({ value }) => value),
        { equation },
      ),
    ];
  } catch (error) {
    if (error instanceof RangeError) return graph.bad(error.message);
    throw error;
  }
};

/** Rewrites of sums of products by labels. */
export const einsumLowerings: Readonly<Record<string, Lowering>> = { Einsum: einsum };
