import type { Axis } from '@synaprune/axes';
import { elementsOf } from '@synaprune/core/checks';
import { numberAt } from '@synaprune/onnx/graph';
import { type Carried, carried, lengthAt, notKnown, typeOfAll } from '../carried.js';
import { combine } from '../combine.js';
import { contract, type Weights } from '../contract.js';
import { type DeadCall, type DeadRule, NotKnown } from '../dead-call.js';
import { LEAVES, READS } from '../needs.js';
import { transposed } from './moved.js';

/** `a · b`, and what of it each axis comes to. */
function multiply(call: DeadCall, a: Carried, b: Carried, axes: readonly Axis[], factor: number): Carried {
  const rank = axes.length;
  const hasColumns = b.axes.length > 1;
  const sums = sumsOf(call, a, b, { axes, hasColumns, factor });
  const finite = () => a.finite() && b.finite();
  return carried(axes, {
    type: typeOfAll([b, a]),
    finite,
    along(axis) {
      if (axis === sums?.axis) return sums.of;
      const length = lengthAt({ axes }, axis);
      if (length === undefined || !finite()) return undefined;
      // Rows, columns and matrices of zeros give zeros.
      const isLast = hasColumns && axis === rank - 1;
      const isRow = axis === (hasColumns ? rank - 2 : rank - 1);
      const end = hasColumns ? rank : rank + 1;
      const [i, j] = [axis - end + a.axes.length, axis - end + b.axes.length];
      const left = isLast ? undefined : zerosAlong(a, i, length);
      const right = isRow ? undefined : zerosAlong(b, j, length);
      return Float64Array.from({ length }, (_, at) =>
        left?.[at] === 0 || right?.[at] === 0 ? 0 : Number.NaN,
      );
    },
  });
}

function zerosAlong(x: Carried, axis: number, length: number): Float64Array | undefined {
  if (axis < 0) return undefined;
  return lengthAt(x, axis) === length ? x.along(axis) : notKnown(length).fill(x.everywhere());
}

interface Product {
  readonly axes: readonly Axis[];
  readonly hasColumns: boolean;
  readonly factor: number;
}

/** Tells what a product needs; what it comes to along the axis that the weights give it. */
function sumsOf(
  call: DeadCall,
  a: Carried,
  b: Carried,
  { axes, hasColumns, factor }: Product,
): { readonly axis: number; readonly of: Float64Array } | undefined {
  const [right, left] = [b.numbers(), a.numbers()];
  const last = a.axes.length - 1;
  const under = Math.max(b.axes.length - 2, 0);
  if (right !== undefined && right.shape.length > 0) {
    const { data, shape, type } = right;
    const rowCount = hasColumns ? shape.at(-1)! : 1;
    const width = shape[under]!;
    const weights: Weights = {
      ...{ data, type, rowCount, width, factor, taps: 1, step: rowCount },
      ...{ firstColumn: () => 0, start: (row) => row },
      again: { count: elementsOf(shape.slice(0, under)), stride: rowCount * width },
    };
    const at = axes.length - 1;
    const rows = hasColumns ? { axis: axes[at]!, at } : undefined;
    const of = contract(call, weights, { x: a, axis: last, rows, padded: false });
    return hasColumns ? { axis: at, of } : undefined;
  }
  if (left !== undefined && left.shape.length > 0) {
    const { data, shape, type } = left;
    const rowCount = shape.length > 1 ? shape.at(-2)! : 1;
    const width = shape.at(-1)!;
    const weights: Weights = {
      ...{ data, type, rowCount, width, factor, taps: 1, step: 1 },
      ...{ firstColumn: () => 0, start: (row) => row * width },
      again: { count: elementsOf(shape.slice(0, -2)), stride: rowCount * width },
    };
    const axis = axes.length - (hasColumns ? 2 : 1);
    const rows = shape.length > 1 ? { axis: axes[axis]!, at: axis } : undefined;
    const of = contract(call, weights, { x: b, axis: under, rows, padded: false });
    return shape.length > 1 ? { axis, of } : undefined;
  }
  addUp(call, a, last, b, under);
  return undefined;
}

/** Two values that a run computes are added up over an axis: needed is what neither knows to be zero. */
function addUp(call: DeadCall, a: Carried, last: number, b: Carried, under: number): void {
  const columns = a.axes[last]!;
  const width = lengthAt(a, last);
  if (width === undefined || lengthAt(b, under) !== width) throw new NotKnown('its lengths are left open');
  const isZero = (x: Carried, axis: number, other: Carried, i: number) =>
    x.along(axis)?.[i] === 0 && other.finite();
  const reads = Uint8Array.from({ length: width }, (_, i) =>
    isZero(a, last, b, i) || isZero(b, under, a, i) ? LEAVES : READS,
  );
  call.needs.product({
    ...{ node: call.node, rows: undefined, rowCount: 1, columns, width, reads },
    firstColumn: () => 0,
    amounts: () => new Float64Array(1),
  });
}

function turned(x: Carried, turn: boolean): Carried {
  const rank = x.axes.length;
  if (!turn || rank < 2) return x;
  const order = x.axes.map((_, i) => (i === rank - 1 ? rank - 2 : i === rank - 2 ? rank - 1 : i));
  return transposed(
    x,
    order,
    order.map((i) => x.axes[i]!),
  );
}

const product: DeadRule = (call) => {
  for (const other of ['transBatchA', 'transBatchB']) {
    if (numberAt(call.attributes, other, 0) !== 0) throw new NotKnown('its matrices lie across');
  }
  const a = turned(call.input(0), numberAt(call.attributes, 'transA', 0) !== 0);
  const b = turned(call.input(1), numberAt(call.attributes, 'transB', 0) !== 0);
  return [multiply(call, a, b, call.axes(0), numberAt(call.attributes, 'alpha', 1))];
};

const gemm: DeadRule = (call) => {
  const axes = call.axes(0);
  const a = turned(call.input(0), numberAt(call.attributes, 'transA', 0) !== 0);
  const b = turned(call.input(1), numberAt(call.attributes, 'transB', 0) !== 0);
  const value = multiply(call, a, b, axes, numberAt(call.attributes, 'alpha', 1));
  if (!call.has(2)) return [value];
  const beta = numberAt(call.attributes, 'beta', 1);
  return [combine([value, call.input(2)], axes, ([sum, shift]) => sum! + beta * shift!)];
};

export const productRules: Readonly<Record<string, DeadRule>> = {
  MatMul: product,
  'com.microsoft::FusedMatMul': product,
  Gemm: gemm,
};
