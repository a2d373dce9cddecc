import { type Attributes, listAt, numberAt } from './attributes.js';
import { frontAxis } from './broadcast.js';
import { isFloat } from './element-type.js';
import { type Kind, sizeOf, type Value } from './value.js';

/** More elements than shape computations have; larger constants are left to the runtime. */
const MOST_ELEMENTS = 4096;

type Fold = (inputs: readonly Value[], attributes: Attributes, kind: Kind) => readonly number[] | undefined;

/**
 * The elements of a node's outputs where they can be known before it runs: all its inputs are, and it is what
 * computations of shapes are made of. Undefined leaves the node to the runtime.
 */
export function fold(
  op: string,
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  kinds: readonly Kind[],
): readonly (readonly number[])[] | undefined {
  const rule = folds[op];
  if (rule === undefined || kinds.length !== 1) return undefined;
  const few = (shape: readonly number[]) => sizeOf(shape) <= MOST_ELEMENTS;
  if (!few(kinds[0]!.shape) || !inputs.every((input) => input?.constant && few(input.shape)))
    return undefined;
  const numbers = rule(inputs as readonly Value[], attributes, kinds[0]!);
  if (numbers === undefined) return undefined;
  return [kinds[0]!.type === 'float32' ? numbers.map(Math.fround) : numbers];
}

const numbersOf = (value: Value | undefined): readonly number[] => value?.constant?.numbers() ?? [];

/** The coordinates of the element at a flat index. */
function coordinates(flat: number, shape: readonly number[]): number[] {
  const at: number[] = new Array(shape.length);
  let rest = flat;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    at[axis] = rest % shape[axis]!;
    rest = Math.floor(rest / shape[axis]!);
  }
  return at;
}

/** The element of a tensor at coordinates of a shape that it broadcasts to. */
function elementAt(value: Value, at: readonly number[]): number {
  const skipped = at.length - value.shape.length;
  const flat = value.shape.reduce((sum, d, axis) => sum * d + (d === 1 ? 0 : at[axis + skipped]!), 0);
  return numbersOf(value)[flat]!;
}

function build(shape: readonly number[], element: (at: number[]) => number): number[] {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => element(coordinates(flat, shape)));
}

const each =
  (compute: (...numbers: number[]) => number): Fold =>
  (inputs, _attributes, { shape }) =>
    build(shape, (at) => compute(...inputs.map((input) => elementAt(input, at))));

const divide: Fold = (inputs, attributes, kind) =>
  each((a, b) => (isFloat(kind.type) ? a / b! : Math.trunc(a / b!)))(inputs, attributes, kind);

const castTo: Fold = ([x], _attributes, { type }) => {
  if (type === 'string') return undefined;
  if (type === 'bool') return numbersOf(x).map((n) => (n === 0 ? 0 : 1));
  return isFloat(type) ? numbersOf(x) : numbersOf(x).map(Math.trunc);
};

const gather: Fold = ([x, indices], attributes, { shape }) => {
  const axis = frontAxis(numberAt(attributes, 'axis', 0), x!.shape.length);
  const rank = indices!.shape.length;
  return build(shape, (at) => {
    const index = elementAt(indices!, at.slice(axis, axis + rank));
    const wrapped = index < 0 ? index + x!.shape[axis]! : index;
    return elementAt(x!, [...at.slice(0, axis), wrapped, ...at.slice(axis + rank)]);
  });
};

const concat: Fold = (inputs, attributes, { shape }) => {
  const axis = frontAxis(numberAt(attributes, 'axis', 0), shape.length);
  return build(shape, (at) => {
    let part = 0;
    while (at[axis]! >= inputs[part]!.shape[axis]!) at[axis]! -= inputs[part++]!.shape[axis]!;
    return elementAt(inputs[part]!, at);
  });
};

const slice: Fold = ([x, starts, , axes, steps], _attributes, { shape }) =>
  build(shape, (at) => {
    numbersOf(axes).forEach((axis, index) => {
      at[axis] = numbersOf(starts)[index]! + at[axis]! * numbersOf(steps)[index]!;
    });
    return elementAt(x!, at);
  });

const transpose: Fold = ([x], attributes, { shape }) => {
  const rank = shape.length;
  const order = listAt(attributes, 'perm') ?? shape.map((_, axis) => rank - 1 - axis);
  return build(shape, (at) =>
    elementAt(
      x!,
      order.map((_, axis) => at[order.indexOf(axis)]!),
    ),
  );
};

const product: Fold = ([x, axes], attributes, { shape }) => {
  const whole =
    (numbersOf(axes).length || listAt(attributes, 'axes')?.length || x!.shape.length) === x!.shape.length;
  return whole && sizeOf(shape) === 1 ? [numbersOf(x).reduce((a, b) => a * b, 1)] : undefined;
};

const folds: Readonly<Record<string, Fold>> = {
  Add: each((a, b) => a + b!),
  Sub: each((a, b) => a - b!),
  Mul: each((a, b) => a * b!),
  Div: divide,
  Min: each(Math.min),
  Max: each(Math.max),
  Neg: each((a) => -a),
  Abs: each(Math.abs),
  Floor: each(Math.floor),
  Ceil: each(Math.ceil),
  Sqrt: each(Math.sqrt),
  Equal: each((a, b) => (a === b ? 1 : 0)),
  Greater: each((a, b) => (a > b! ? 1 : 0)),
  Less: each((a, b) => (a < b! ? 1 : 0)),
  Not: each((a) => (a ? 0 : 1)),
  And: each((a, b) => (a && b ? 1 : 0)),
  Or: each((a, b) => (a || b ? 1 : 0)),
  Where: each((condition, a, b) => (condition ? a! : b!)),
  Mod: each((a, b) => a - b! * Math.floor(a / b!)),
  Cast: castTo,
  Identity: ([x]) => numbersOf(x),
  Reshape: ([x]) => numbersOf(x),
  Expand: ([x], _attributes, { shape }) => build(shape, (at) => elementAt(x!, at)),
  Gather: gather,
  Concat: concat,
  Slice: slice,
  Transpose: transpose,
  ReduceProd: product,
};
