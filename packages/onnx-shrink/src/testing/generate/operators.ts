import { type AttributeParts, float } from '@synaprune/onnx/graph';
import type { Program, Value } from './program.js';

/** The same axes, under another name. */
export function unary(
  p: Program,
  op: string,
  x: Value,
  attributes: Readonly<Record<string, AttributeParts>> = {},
  more: readonly string[] = [],
): Value {
  return { ...x, name: p.node(op, [x.name, ...more], attributes)[0]! };
}

/** Two values that are broadcast together; channels are where `a` has them. */
export function binary(p: Program, op: string, a: Value, b: Value): Value {
  const rank = Math.max(a.shape.length, b.shape.length);
  const at = <Item>(list: readonly Item[], axis: number) => list[axis - rank + list.length];
  const shape = Array.from({ length: rank }, (_, i) => {
    const [left = 1, right = 1] = [at(a.shape, i), at(b.shape, i)];
    return left === 1 ? right : left;
  });
  const open = Array.from({ length: rank }, (_, i) => (at(a.open, i) ?? false) || (at(b.open, i) ?? false));
  const [name] = p.node(op, [a.name, b.name]);
  const wider = a.shape.length >= b.shape.length ? a : b;
  return { name: name!, shape, open, channels: wider.channels };
}

export function transpose(p: Program, x: Value, perm: readonly number[]): Value {
  return {
    name: p.node('Transpose', [x.name], { perm })[0]!,
    shape: perm.map((axis) => x.shape[axis]!),
    open: perm.map((axis) => x.open[axis]!),
    channels: perm.indexOf(x.channels),
  };
}

/** What a reshape makes of an axis: a number, that of an axis of what is reshaped, or what is left. */
export type Target = number | { readonly axis: number } | 'rest';

/** A reshape to a constant where that can say it, or to a target that is computed from the shape. */
export function reshape(
  p: Program,
  x: Value,
  targets: readonly Target[],
  channels: number,
  way: 'constant' | 'computed' = p.random.chance(0.35) ? 'computed' : 'constant',
): Value {
  const fixed = targets.map((target, i) => {
    if (target === 'rest') return -1;
    if (typeof target === 'number') return target;
    if (target.axis === i && (x.open[i] || p.random.chance(0.3))) return 0;
    return x.open[target.axis] ? undefined : x.shape[target.axis]!;
  });
  const known = targets.map((target) =>
    target === 'rest' ? undefined : typeof target === 'number' ? target : x.shape[target.axis]!,
  );
  const product = (list: readonly (number | undefined)[]) => list.reduce<number>((a, b) => a * (b ?? 1), 1);
  const rest = product(x.shape) / product(known);
  const spoken = new Set(targets.flatMap((target) => (typeof target === 'object' ? [target.axis] : [])));
  const name =
    way === 'constant' && fixed.every((each) => each !== undefined)
      ? p.integers(fixed as number[])
      : computedShape(p, x, targets);
  return {
    name: p.node('Reshape', [x.name, name])[0]!,
    shape: known.map((each) => each ?? rest),
    open: targets.map((target) =>
      target === 'rest'
        ? x.open.some((open, axis) => open && !spoken.has(axis))
        : typeof target === 'object' && x.open[target.axis]!,
    ),
    channels,
  };
}

/** `Concat(Unsqueeze(Gather(Shape(x), axis)), …)`, as exporters write it. */
function computedShape(p: Program, x: Value, targets: readonly Target[]): string {
  const [shape] = p.node('Shape', [x.name]);
  const [zero] = [p.integers([0])];
  const pieces = targets.map((target) => {
    if (target === 'rest') return p.integers([-1]);
    if (typeof target === 'number') return p.integers([target]);
    if (p.random.chance(0.3)) {
      return p.node('Slice', [shape!, p.integers([target.axis]), p.integers([target.axis + 1])])[0]!;
    }
    const index = p.tensor([], [target.axis], 'int64').name;
    const [edge] = p.node('Gather', [shape!, index], { axis: 0 });
    return p.node('Unsqueeze', [edge!, zero!])[0]!;
  });
  return p.node('Concat', pieces, { axis: 0 })[0]!;
}

export function concat(p: Program, values: readonly Value[], axis: number): Value {
  const [first] = values;
  const sum = values.reduce((total, { shape }) => total + shape[axis]!, 0);
  const [name] = p.node(
    'Concat',
    values.map((each) => each.name),
    { axis: p.random.chance(0.3) ? axis - first!.shape.length : axis },
  );
  return { ...first!, name: name!, shape: first!.shape.map((edge, i) => (i === axis ? sum : edge)) };
}

/** Pieces along an axis; equal ones by `chunk` where no sizes are told. */
export function split(p: Program, x: Value, axis: number, sizes: readonly number[]): Value[] {
  const equal = sizes.every((size) => size === sizes[0]);
  const chunk = equal && p.random.chance(0.5);
  const names = p.node(
    'Split',
    chunk ? [x.name] : [x.name, p.integers(sizes)],
    { axis, ...(chunk && p.opset >= 18 ? { num_outputs: sizes.length } : {}) },
    sizes.length,
  );
  return names.map((name, i) => ({
    ...x,
    name,
    shape: x.shape.map((edge, each) => (each === axis ? sizes[i]! : edge)),
  }));
}

export function slice(p: Program, x: Value, axis: number, from: number, to: number, step = 1): Value {
  const inputs = [p.integers([from]), p.integers([to]), p.integers([axis])];
  const [name] = p.node('Slice', [x.name, ...inputs, ...(step === 1 ? [] : [p.integers([step])])]);
  const edge = Math.ceil((to - from) / step);
  return { ...x, name: name!, shape: x.shape.map((each, i) => (i === axis ? edge : each)) };
}

export function gather(p: Program, x: Value, axis: number, indices: readonly number[]): Value {
  const [name] = p.node('Gather', [x.name, p.integers(indices)], { axis });
  return { ...x, name: name!, shape: x.shape.map((each, i) => (i === axis ? indices.length : each)) };
}

export function reduce(p: Program, op: string, x: Value, axes: readonly number[], keep = true): Value {
  const asInput = op === 'ReduceSum' || p.opset >= 18;
  const attributes = { keepdims: keep ? 1 : 0, ...(asInput ? {} : { axes }) };
  const [name] = p.node(op, asInput ? [x.name, p.integers(axes)] : [x.name], attributes);
  const stays = x.shape.map((_, axis) => keep || !axes.includes(axis));
  return {
    name: name!,
    shape: x.shape.map((edge, axis) => (axes.includes(axis) ? 1 : edge)).filter((_, axis) => stays[axis]),
    open: x.open.map((open, axis) => open && !axes.includes(axis)).filter((_, axis) => stays[axis]),
    channels: x.channels - (keep ? 0 : axes.filter((axis) => axis < x.channels).length),
  };
}

export function squeeze(p: Program, x: Value, axes: readonly number[]): Value {
  const [name] = p.node('Squeeze', [x.name, p.integers(axes)]);
  const stays = (_: unknown, axis: number) => !axes.includes(axis);
  const channels = x.channels - axes.filter((axis) => axis < x.channels).length;
  return { name: name!, shape: x.shape.filter(stays), open: x.open.filter(stays), channels };
}

/** Axes of 1 at the end. */
export function unsqueeze(p: Program, x: Value, count: number): Value {
  const axes = Array.from({ length: count }, (_, i) => x.shape.length + i);
  const [name] = p.node('Unsqueeze', [x.name, p.integers(axes)]);
  return {
    ...x,
    name: name!,
    shape: [...x.shape, ...axes.map(() => 1)],
    open: [...x.open, ...axes.map(() => false)],
  };
}

/** A constant that goes along one axis of a value, or is one number. */
export function along(
  p: Program,
  x: Value,
  axis: number | undefined,
  data: { readonly scale: number; readonly shift?: number } = { scale: 0.5 },
): Value {
  const rank = x.shape.length;
  const shape = axis === undefined ? [] : x.shape.map((edge, i) => (i === axis ? edge : 1));
  const from = axis === undefined ? 0 : p.random.between(0, axis);
  return p.tensor(axis === undefined ? p.random.pick([[], [1]]) : shape.slice(from, rank), data);
}

/** Activations, of one node or written out. */
const activations: readonly ((p: Program, x: Value) => Value)[] = [
  ...['Relu', 'Sigmoid', 'Tanh', 'Softplus', 'Softsign', 'HardSigmoid', 'Elu', 'Erf'].map(
    (op) => (p: Program, x: Value) => unary(p, op, x),
  ),
  (p, x) => unary(p, 'LeakyRelu', x, { alpha: float(0.2) }),
  (p, x) => unary(p, 'Clip', x, {}, [p.tensor([], [-1]).name, p.tensor([], [2]).name]),
  (p, x) => binary(p, 'Mul', x, unary(p, 'Sigmoid', x)),
  (p, x) => (p.opset >= 14 ? unary(p, 'HardSwish', x) : unary(p, 'Relu', x)),
  // Gelu as it is written out.
  (p, x) => {
    const inner = unary(p, 'Erf', binary(p, 'Div', x, p.tensor([], [Math.SQRT2])));
    const outer = binary(p, 'Mul', x, binary(p, 'Add', inner, p.tensor([], [1])));
    return binary(p, 'Mul', outer, p.tensor([], [0.5]));
  },
];

/** Any activation. */
export function act(p: Program, x: Value): Value {
  return p.random.pick(activations)(p, x);
}
