import { type Graph, numberAt, type Value } from '@synaprune/onnx/graph';
import { add, concat, multiply, reshape, slice, subtract, transpose } from '../../arithmetic/arithmetic.js';
import type { Lowering } from '../lowering.js';

/** Waves by position, `[batch or 1, length, 1, half]` each, and how the two halves of a head lie in it. */
interface Rotation {
  readonly cos: Value;
  readonly sin: Value;
  readonly interleaved: boolean;
}

/**
 * Turns pairs of numbers by the angles of their position. What lies beyond the waves stays.
 *
 * @param x `[batch, length, heads, size]`
 */
export function rotate(graph: Graph, x: Value, { cos, sin, interleaved }: Rotation): Value {
  const [batch, length, heads, size] = x.shape as [number, number, number, number];
  const half = cos.shape.at(-1)!;
  const turned = 2 * half;
  if (turned > size) return graph.bad(`waves turn ${turned} numbers, and a head has ${size}`);
  const part = slice(graph, x, [3], [0], [turned]);
  const pairs = interleaved ? reshape(graph, part, [batch, length, heads, half, 2]) : part;
  const side = (index: number) =>
    interleaved
      ? reshape(graph, slice(graph, pairs, [4], [index], [index + 1]), [batch, length, heads, half])
      : slice(graph, part, [3], [index * half], [(index + 1) * half]);
  const [a, b] = [side(0), side(1)];
  const real = subtract(graph, multiply(graph, cos, a), multiply(graph, sin, b));
  const imaginary = add(graph, multiply(graph, sin, a), multiply(graph, cos, b));
  const apart = (value: Value) =>
    interleaved ? reshape(graph, value, [batch, length, heads, half, 1]) : value;
  const together = concat(graph, [apart(real), apart(imaginary)], interleaved ? 4 : 3);
  const result = reshape(graph, together, [batch, length, heads, turned]);
  return turned === size ? result : concat(graph, [result, slice(graph, x, [3], [turned], [size])], 3);
}

/** Waves at positions: `[positions, half]` tables and integers of `[batch, length]`. */
export function wavesAt(graph: Graph, table: Value, positions: Value | undefined): Value {
  const rows = positions === undefined ? table : graph.add('Gather', [table, positions], { axis: 0 });
  const [batch, length, half] = (rows.shape.length === 2 ? [1, ...rows.shape] : rows.shape) as [
    number,
    number,
    number,
  ];
  return reshape(graph, rows, [batch, length, 1, half]);
}

/** The standard operator of version 23 and later. */
const rotaryEmbedding: Lowering = ({ graph }, { inputs, attributes }) => {
  const [x, cos, sin, positions] = inputs as [Value, Value, Value, Value | undefined];
  const flat = x.shape.length === 3;
  const heads = numberAt(attributes, 'num_heads', 0);
  if (flat && !(heads > 0)) return graph.bad('an input of three axes needs num_heads');
  const half = cos.shape.at(-1)!;
  const turned = numberAt(attributes, 'rotary_embedding_dim', 0);
  if (turned > 0 && turned !== 2 * half)
    return graph.bad(`rotary_embedding_dim is ${turned}, and waves turn ${2 * half}`);
  const [batch, length, width] = x.shape as [number, number, number];
  const apart = flat
    ? reshape(graph, x, [batch, length, heads, width / heads])
    : transpose(graph, x, [0, 2, 1, 3]);
  const result = rotate(graph, apart, {
    cos: wavesAt(graph, cos, positions),
    sin: wavesAt(graph, sin, positions),
    interleaved: numberAt(attributes, 'interleaved', 0) !== 0,
  });
  return [flat ? reshape(graph, result, x.shape) : transpose(graph, result, [0, 2, 1, 3])];
};

/** Rewrites of rotary embeddings, of the standard operators. */
export const rotaryLowerings: Readonly<Record<string, Lowering>> = { RotaryEmbedding: rotaryEmbedding };
