import { type Axis, type Dim, productOf, sameDim } from '@synaprune/axes';
import { elementsOf } from '@synaprune/core/checks';
import { type Carried, carried, type KnownNumbers, notKnown } from '../carried.js';

/** What is carried along each axis, of elements that only stand elsewhere. */
export function moved(
  x: Carried,
  axes: readonly Axis[],
  along: (axis: number) => Float64Array | undefined,
  numbers: () => KnownNumbers | undefined = () => undefined,
): Carried {
  return carried(axes, { type: x.type, finite: x.finite, everywhere: x.everywhere, along, numbers });
}

/** The same elements with their axes in another order. */
export function transposed(x: Carried, order: readonly number[], axes: readonly Axis[]): Carried {
  return moved(
    x,
    axes,
    (axis) => x.along(order[axis]!),
    () => {
      const numbers = x.numbers();
      return numbers && transposeNumbers(numbers, order);
    },
  );
}

function transposeNumbers({ data, shape, type }: KnownNumbers, order: readonly number[]): KnownNumbers {
  const strides = shape.map((_, axis) => elementsOf(shape.slice(axis + 1)));
  const turned = order.map((axis) => shape[axis]!);
  const steps = order.map((axis) => strides[axis]!);
  const out = new Float32Array(data.length);
  const at = turned.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.length; to += 1) {
    out[to] = data[from]!;
    for (let axis = turned.length - 1; axis >= 0; axis -= 1) {
      at[axis]! += 1;
      from += steps[axis]!;
      if (at[axis]! < turned[axis]!) break;
      from -= steps[axis]! * turned[axis]!;
      at[axis] = 0;
    }
  }
  return { data: out, shape: turned, type };
}

/** The same elements, in the same order, in another shape. */
export function reshaped(x: Carried, axes: readonly Axis[]): Carried {
  const before = x.axes.flatMap(({ dim }, axis) => (dim === 1 ? [] : [{ dim, axis }]));
  const after = axes.flatMap(({ dim }, axis) => (dim === 1 ? [] : [{ dim, axis }]));
  return moved(
    x,
    axes,
    (axis) => {
      if (axes[axis]!.dim === 1) return Float64Array.of(x.everywhere());
      const span = spanOf(before, after, axis);
      return span && regroup(x, span);
    },
    () => {
      const numbers = x.numbers();
      const shape = axes.map(({ dim }) => dim);
      if (numbers === undefined || !shape.every((dim) => typeof dim === 'number')) return undefined;
      return { ...numbers, shape };
    },
  );
}

interface Placed {
  readonly dim: Dim;
  readonly axis: number;
}

interface Span {
  readonly from: readonly Placed[];
  readonly to: readonly Placed[];
  readonly axis: number;
}

/** The fewest axes before and after that hold the same elements, of those after the one that is asked for. */
function spanOf(before: readonly Placed[], after: readonly Placed[], axis: number): Span | undefined {
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const size = nextSpan(before.slice(i), after.slice(j));
    if (size === undefined) return undefined;
    const to = after.slice(j, j + size[1]);
    if (to.some((each) => each.axis === axis)) return { from: before.slice(i, i + size[0]), to, axis };
    i += size[0];
    j += size[1];
  }
  return undefined;
}

function nextSpan(
  before: readonly Placed[],
  after: readonly Placed[],
): readonly [number, number] | undefined {
  const products = (list: readonly Placed[]) =>
    list.map((_, k) => productOf(list.slice(0, k + 1).map(({ dim }) => dim)));
  const [left, right] = [products(before), products(after)];
  for (let total = 2; total <= left.length + right.length; total += 1) {
    for (let i = 1; i < total; i += 1) {
      const [a, b] = [left[i - 1], right[total - i - 1]];
      if (a !== undefined && b !== undefined && sameDim(a, b)) return [i, total - i];
    }
  }
  return undefined;
}

function regroup(x: Carried, { from, to, axis }: Span): Float64Array | undefined {
  if (from.length === 1 && to.length === 1) return x.along(from[0]!.axis);
  const [before, after] = [from, to].map((list) => list.map(({ dim }) => Number(dim))) as [
    number[],
    number[],
  ];
  if (![...before, ...after].every(Number.isSafeInteger)) return undefined;
  const total = elementsOf(before);
  // Of every place of the span: what is known there, by any of its axes.
  const known = notKnown(total);
  for (const [k, placed] of from.entries()) {
    const along = x.along(placed.axis);
    if (along === undefined) continue;
    const inner = elementsOf(before.slice(k + 1));
    for (let at = 0; at < total; at += 1) {
      const value = along[Math.floor(at / inner) % before[k]!]!;
      if (!Number.isNaN(value)) known[at] = value;
    }
  }
  const own = to.findIndex((each) => each.axis === axis);
  const inner = elementsOf(after.slice(own + 1));
  const seen = new Uint8Array(after[own]!);
  const along = notKnown(after[own]!);
  for (let at = 0; at < total; at += 1) {
    const index = Math.floor(at / inner) % after[own]!;
    if (seen[index] === 0) along[index] = known[at]!;
    else if (along[index] !== known[at]) along[index] = Number.NaN;
    seen[index] = 1;
  }
  return along;
}
