import { elementsOf } from '@synaprune/core/checks';
import { codeOf, type ElementType, type Graph, sameShape, type Value } from '@synaprune/onnx/graph';

const isOne = (value: Value): boolean =>
  value.constant !== undefined &&
  elementsOf(value.shape) === 1 &&
  value.shape.length === 0 &&
  value.constant.numbers()[0] === 1;

/** A number becomes a scalar of the other operand's type. */
function operand(graph: Graph, value: Value | number, other: Value | number): Value {
  if (typeof value !== 'number') return value;
  return graph.scalar(value, typeof other === 'number' ? 'float32' : other.type);
}

function binary(graph: Graph, op: string, a: Value | number, b: Value | number): Value {
  return graph.add(op, [operand(graph, a, b), operand(graph, b, a)]);
}

/** `a + b`, broadcast. */
export const add = (graph: Graph, a: Value | number, b: Value | number): Value => binary(graph, 'Add', a, b);

/** `a − b`, broadcast. */
export const subtract = (graph: Graph, a: Value | number, b: Value | number): Value =>
  binary(graph, 'Sub', a, b);

/** `a / b`, broadcast. */
export const divide = (graph: Graph, a: Value | number, b: Value | number): Value =>
  binary(graph, 'Div', a, b);

/** `a · b`, broadcast. */
export function multiply(graph: Graph, a: Value | number, b: Value | number): Value {
  if (typeof a !== 'number' && (b === 1 || (typeof b !== 'number' && isOne(b)))) return a;
  if (typeof b !== 'number' && (a === 1 || (typeof a !== 'number' && isOne(a)))) return b;
  return binary(graph, 'Mul', a, b);
}

/** `−a`. */
export const negate = (graph: Graph, a: Value): Value => graph.add('Neg', [a]);

/** 1 where the comparison holds, else 0, in the type of `a`. */
export function indicator(
  graph: Graph,
  op: 'Equal' | 'Greater' | 'Less' | 'GreaterOrEqual' | 'LessOrEqual',
  a: Value,
  b: Value | number,
): Value {
  return cast(graph, binary(graph, op, a, b), a.type);
}

/** The same elements in another type. */
export function cast(graph: Graph, value: Value, type: ElementType): Value {
  return value.type === type ? value : graph.add('Cast', [value], { to: codeOf(type) });
}

/** The same elements in another shape of the same size. */
export function reshape(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  // In Reshape 0 copies a dimension, and -1 infers one: an empty tensor needs the attribute.
  return graph.add('Reshape', [value, graph.integers(shape)], shape.includes(0) ? { allowzero: 1 } : {});
}

/** Axes in another order: axis `i` of the result is axis `order[i]` of the value. */
export function transpose(graph: Graph, value: Value, order: readonly number[]): Value {
  if (order.every((axis, index) => axis === index)) return value;
  return graph.add('Transpose', [value], { perm: order });
}

/** The last two axes exchanged. */
export function transposeLast(graph: Graph, value: Value): Value {
  const order = value.shape.map((_, axis) => axis);
  const rank = order.length;
  [order[rank - 2], order[rank - 1]] = [rank - 1, rank - 2];
  return transpose(graph, value, order);
}

/** Copies along axes of size 1, and new axes in front. */
export function expand(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  // Copies of one that are none: ONNX's shape inference takes them for one.
  if (elementsOf(shape) === 0) return graph.constant({ type: value.type, shape }, []);
  return graph.add('Expand', [value, graph.integers(shape)]);
}

/** Some kind of sum, mean or extreme over `axes`, counted from the front; no axis is the value itself. */
export function reduce(
  graph: Graph,
  op: 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd',
  value: Value,
  axes: readonly number[],
  keepdims: boolean,
): Value {
  if (axes.length === 0) return value;
  const keep = { keepdims: keepdims ? 1 : 0 };
  if (op === 'ReduceSum' || graph.opset >= 18) return graph.add(op, [value, graph.integers(axes)], keep);
  return graph.add(op, [value], { axes, ...keep });
}

/** Sums over what was broadcast, so that the result has `shape`. */
export function sumTo(graph: Graph, value: Value, shape: readonly number[]): Value {
  if (sameShape(value.shape, shape)) return value;
  const added = value.shape.length - shape.length;
  const axes = value.shape.flatMap((dimension, axis) =>
    axis < added || (shape[axis - added] === 1 && dimension !== 1) ? [axis] : [],
  );
  return reshape(graph, reduce(graph, 'ReduceSum', value, axes, false), shape);
}

/** A part of each of some axes, by step 1 unless told. */
export function slice(
  graph: Graph,
  value: Value,
  axes: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[] = axes.map(() => 1),
): Value {
  const whole = axes.every(
    (axis, index) => starts[index] === 0 && ends[index]! >= value.shape[axis]! && steps[index] === 1,
  );
  if (whole) return value;
  return graph.add('Slice', [value, ...[starts, ends, axes, steps].map((list) => graph.integers(list))]);
}

/** More elements before and after each axis. */
export function pad(
  graph: Graph,
  value: Value,
  before: readonly number[],
  after: readonly number[],
  fill = 0,
): Value {
  if ([...before, ...after].every((count) => count === 0)) return value;
  return graph.add('Pad', [value, graph.integers([...before, ...after]), graph.scalar(fill, value.type)]);
}

/** Elements along an axis by their indices, any of them more than once. */
export function pick(graph: Graph, value: Value, axis: number, indices: readonly number[]): Value {
  if (indices.length === value.shape[axis] && indices.every((from, to) => from === to)) return value;
  return graph.add('Gather', [value, graph.integers(indices)], { axis });
}

/** One after another along an axis. */
export function concat(graph: Graph, values: readonly Value[], axis: number): Value {
  return values.length === 1 ? values[0]! : graph.add('Concat', values, { axis });
}

/** Cut into parts of the given sizes along an axis. */
export function split(graph: Graph, value: Value, sizes: readonly number[], axis: number): readonly Value[] {
  if (sizes.length === 1) return [value];
  return graph.addMany('Split', [value, graph.integers(sizes)], { axis }, sizes.length);
}

/** `0, 1, … count − 1`. */
export const range = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
